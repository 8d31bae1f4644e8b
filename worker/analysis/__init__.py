"""Runs analysis jobs."""
