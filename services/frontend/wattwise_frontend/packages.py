"""The Debian packages that nginx needs beside the common ones (nginx-common brings the list of media types)."""

PACKAGES = ("nginx", "nginx-common", "libcrypt1", "libpcre2-8-0", "libssl3t64", "zlib1g", "libzstd1")
