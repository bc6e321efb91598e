"""Runs `parts.web`."""

from tests.infra.supervisor.parts import web

if __name__ == "__main__":
    web()
