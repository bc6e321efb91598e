"""Finds the channels that ship with the product and reads their data."""

import re
from collections.abc import Mapping as Dict
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import yaml
from django.utils.translation import get_language

from quanqu.doors.connectors.contracts import (
    BadMappingError,
    ChannelInfo,
    Manifest,
    Mapping,
    UnknownChannelError,
)
from quanqu.doors.connectors.rules.parse import parse_manifest, parse_mapping

CHANNELS: Final = Path(__file__).parent / "channels"
_NOT_PLAIN: Final = frozenset({"tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"})


@lru_cache(maxsize=1)
def manifests() -> Dict[str, Manifest]:
    """Return every channel's manifest by code, in code order."""
    found = {}
    for path in sorted(CHANNELS.glob("*/manifest.yaml")):
        found[path.parent.name] = parse_manifest(_yaml(path), name=path.parent.name)
    return MappingProxyType(found)


def manifest(channel: str) -> Manifest:
    """Return one channel's manifest. Raises: UnknownChannelError."""
    found = manifests().get(channel)
    if found is None:
        raise UnknownChannelError(channel=channel, known=", ".join(manifests()))
    return found


@lru_cache(maxsize=64)
def mappings(channel: str) -> tuple[Mapping, ...]:
    """Return a channel's mappings in the order they run."""
    folder = CHANNELS / channel
    return tuple(
        parse_mapping(_yaml(folder / f"{name}.yaml"), name=f"{channel}/{name}")
        for name in manifest(channel).mappings
    )


def load_mapping(path: Path) -> Mapping:
    """Return a mapping from a YAML file of the user's. Raises: BadMappingError."""
    return parse_mapping(_yaml(path), name=path.name)


def list_channels() -> tuple[ChannelInfo, ...]:
    """List the channels that can be imported, named in the current language."""
    language = get_language() or "en"
    return tuple(
        ChannelInfo(
            code=code,
            name=found.names.get(language) or found.names["en"],
            kind=found.kind,
            place_type=found.place.type,
            currency=found.currency,
            mappings=tuple(found.mappings),
            has_webhook=found.webhook is not None,
            credit=found.credit.text if found.credit else "",
        )
        for code, found in manifests().items()
    )


class _Loader(yaml.SafeLoader):
    """YAML as its 1.2 core schema reads it: `on`, `no` and dates are plain text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regex) for tag, regex in resolvers if tag not in _NOT_PLAIN]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))


def _yaml(path: Path) -> object:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - derives from the safe one
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        problem = " ".join(str(error).split())
        raise BadMappingError(mapping=path.name, where="the file", problem=problem) from None
