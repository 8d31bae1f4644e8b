"""The memory of the service: settings, tables, queries, the job state machine, artifact storage."""
