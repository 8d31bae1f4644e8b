"""The whole service on one machine: started in order, watched, stopped in order."""

from cli.service.running import running_service

__all__ = ["running_service"]
