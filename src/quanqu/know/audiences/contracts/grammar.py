"""The grammar of audiences: a tree of rules over profiles and events, as JSON.

Version 1 has profile and event rules; version 2 has every rule below and reads version 1.  Its
JSON Schema is at /api/v1/audiences/grammar; what each rule means is in docs/rules/audiences.md.
"""

from typing import Annotated, Final, Literal, TypeAlias

from msgspec import Meta, Struct

from quanqu.know.audiences.contracts.behaviour import (
    AudienceRule,
    BirthdayRule,
    CatchmentRule,
    ConsentRule,
    DecileRule,
    NearRule,
    SequenceRule,
    SplitRule,
)
from quanqu.know.audiences.contracts.listed import ListRule
from quanqu.know.audiences.contracts.parts import EventRule, ProfileRule

__all__ = ["VERSION", "And", "Definition", "Leaf", "Node", "Not", "Or"]

VERSION: Final = 2


class And(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="and"):
    """All of these hold."""

    nodes: Annotated[tuple["Node", ...], Meta(min_length=1, max_length=200)]


class Or(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="or"):
    """At least one of these holds."""

    nodes: Annotated[tuple["Node", ...], Meta(min_length=1, max_length=200)]


class Not(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="not"):
    """This does not hold."""

    node: "Node"


Leaf: TypeAlias = (
    ProfileRule
    | EventRule
    | SequenceRule
    | AudienceRule
    | BirthdayRule
    | NearRule
    | CatchmentRule
    | SplitRule
    | DecileRule
    | ConsentRule
    | ListRule
)
Node: TypeAlias = And | Or | Not | Leaf


class Definition(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A whole audience: the version of the grammar and the rule that must hold."""

    version: Literal[1, 2]
    match: Node
