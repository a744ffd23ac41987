"""The Debian packages that PostgreSQL with TimescaleDB needs beside the common ones."""

PACKAGES = (
    "postgresql-17",
    "postgresql-client-17",
    "postgresql-17-timescaledb",
    *("libatomic1", "zlib1g", "libzstd1", "liblz4-1", "libxxhash0", "liblzma5", "libpq5", "libssl3t64", "libicu76"),
    *("libxml2", "libxslt1.1", "libpam0g", "libaudit1", "libcap-ng0", "libgssapi-krb5-2", "libkrb5-3", "libk5crypto3"),
    *("libkrb5support0", "libcom-err2", "libkeyutils1", "libldap2", "libsasl2-2", "libsystemd0", "libcap2"),
    *("libreadline8t64", "libtinfo6", "libuuid1", "libselinux1", "libpcre2-8-0"),
)
