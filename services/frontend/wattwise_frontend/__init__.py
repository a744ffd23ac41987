"""The web server in front: static files, compression, security headers, proxy to the backend."""
