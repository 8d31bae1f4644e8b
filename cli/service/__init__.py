"""The whole service on one machine: started in order, watched, stopped in order."""

from cli.service.running import Service, running_service

__all__ = ["Service", "running_service"]
