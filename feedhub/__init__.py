"""feedhub: the news of many organizations as one feed and site."""

from importlib.metadata import version

__version__ = version("feedhub")
