"""Runs `parts.stubborn`."""

from tests.infra.supervisor.parts import stubborn

if __name__ == "__main__":
    stubborn()
