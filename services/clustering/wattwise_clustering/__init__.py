"""Worker: puts consumers into clusters by their details."""
