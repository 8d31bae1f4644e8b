"""`tsloss files ...`: the files of a service."""
