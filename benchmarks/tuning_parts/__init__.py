"""Parts of the tuning benchmark."""
