"""The settings of a tuning job, as flags, a file and single assignments give them."""
