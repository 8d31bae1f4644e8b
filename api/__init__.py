"""The door of the service: HTTP in the style of the OpenAI fine-tuning API."""
