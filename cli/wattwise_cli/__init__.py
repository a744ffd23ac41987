"""The wattwise command."""

from importlib.metadata import version

__version__ = version("wattwise-cli")
