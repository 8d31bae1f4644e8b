"""Looks at what the service and its workers would find on this machine."""

from cli.doctor.examine import examine

__all__ = ["examine"]
