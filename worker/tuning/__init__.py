"""Runs tuning jobs."""
