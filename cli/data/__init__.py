"""Data files: generated tasks, and converters of known ones."""
