"""`tsloss jobs ...`: the tuning jobs of a service."""
