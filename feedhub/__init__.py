"""feedhub: the news of many organizations as one feed and site."""

__version__ = "0.1.0"
