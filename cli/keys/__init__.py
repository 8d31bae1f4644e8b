"""API keys, straight in the database: the first one cannot come over HTTP."""
