"""Worker: fetches readings and consumer details from sources, cleans, stores, writes a receipt."""
