"""Runs `parts.polite`."""

from tests.infra.supervisor.parts import polite

if __name__ == "__main__":
    polite()
