"""`tsloss tune`: a tuning job in this process, without a server."""
