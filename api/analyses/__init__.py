"""The resource: analyses."""
