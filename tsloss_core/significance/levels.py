"""The levels that every test and every interval here holds."""

ERROR_RATE = 0.05
"""A test, or a family of tests after Holm's correction, finds something by chance so often."""

CONFIDENCE = 0.95
"""The share of intervals that hold what they estimate."""
