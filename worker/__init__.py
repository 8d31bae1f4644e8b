"""The hands of the service: Celery workers that claim jobs and run them."""
