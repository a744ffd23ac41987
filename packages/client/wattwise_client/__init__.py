"""Python SDK of Wattwise: from a token to a Polars frame."""
