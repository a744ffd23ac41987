"""The Debian packages that Redis needs beside the common ones."""

PACKAGES = (
    "redis-server",
    "redis-tools",
    "libjemalloc2",
    "liblzf1",
    "libatomic1",
    "libssl3t64",
    "libsystemd0",
    "libcap2",
    "zlib1g",
    "libzstd1",
)
