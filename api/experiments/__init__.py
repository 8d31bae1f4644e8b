"""The resource: experiments."""
