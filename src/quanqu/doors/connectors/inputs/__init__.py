"""From a path to feeds: which files, which tables or payloads, which mappings."""

from quanqu.doors.connectors.inputs.contents import Input, Refused, fingerprint
from quanqu.doors.connectors.inputs.opening import open_input

__all__ = ["Input", "Refused", "fingerprint", "open_input"]
