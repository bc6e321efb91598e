"""What infra.logs offers."""

from quanqu.infra.logs.setup import logging_settings

__all__ = ["logging_settings"]
