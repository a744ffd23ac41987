"""The version of this command line and of the services it starts."""

from importlib.metadata import version

VERSION = version("wattwise-cli")
