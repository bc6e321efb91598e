"""Quanqu (全渠): the operating platform of an omnichannel retail group."""

__version__ = "0.1.0"
