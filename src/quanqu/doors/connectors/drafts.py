"""A mapping as YAML that a person can edit: what was guessed, and beside it what was left out."""

from typing import Any, Final

import yaml
from django.utils.translation import override

from quanqu.doors.connectors.contracts import Inspection
from quanqu.doors.connectors.notes import note_text

__all__ = ["draft_yaml"]

_WIDTH: Final = 100


class _Dumper(yaml.SafeDumper):
    """Writes short lists on one line and repeats what is the same instead of naming it once."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write every part out, so that each can be changed alone."""
        return True


def draft_yaml(*, look: Inspection) -> str:
    """Return the mapping of a look as YAML, with what was assumed and left out as comments."""
    with override("en"):
        notes = [f"# {note_text(note=note)}" for note in look.notes]
    left = [column.name for column in look.columns if column.guess is None]
    head = [
        f"# A mapping for {look.file_name}: one row is one of {look.shape.replace('_', ' ')}.",
        *(f"# FILL IN: no column was found for {name}." for name in look.missing),
        *notes,
        *([f"# Not taken: {', '.join(left)}"] if left else []),
        "# What a field can do: docs/guide/connect-a-channel.md",
    ]
    body = yaml.dump(
        dict(look.mapping), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH,
        default_flow_style=None,
    )  # fmt: skip
    return "\n".join(line.replace("\r", " ").replace("\n", " ") for line in head) + "\n" + body
