"""The wattwise command."""
