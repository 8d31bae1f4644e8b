"""Sessions of a browser."""
