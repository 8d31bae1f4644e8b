"""The resource: tuning."""
