"""What the person at the command line is told without a traceback."""


class ServiceFailedError(Exception):
    """A part of the service cannot start, or ended by itself. The message says which and why."""
