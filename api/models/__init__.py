"""The resource: models."""
