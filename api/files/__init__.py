"""The resource: files."""
