"""The demonstration: a client of the HTTP interface and nothing else."""
