"""feedhub: the news of many organizations as one feed and site."""
