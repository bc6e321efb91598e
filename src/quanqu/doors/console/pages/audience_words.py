"""Audiences in the reader's words: events, channels, countries, places and audiences by name."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from quanqu.doors.console.kit.countries import country_codes, country_name
from quanqu.doors.console.kit.words import channel_titles
from quanqu.doors.console.pages.customer_words import IDENTIFIER_TITLES
from quanqu.doors.console.pages.event_words import event_title, titled_events
from quanqu.doors.console.pages.list_words import list_title
from quanqu.doors.console.pages.score_words import score_titles
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel import ids
from quanqu.know.audiences.contracts import AudienceRow, Definition
from quanqu.know.audiences.facade import describe_audience, dump, list_sources

__all__ = ["language_of", "names_for", "sentence_of"]

_LISTS: Final = re.compile(r"aul_[0-9a-hjkmnp-tv-z]{26}")


def language_of(frame: Frame) -> str:
    """Return the language of sentences: `en` or `zh-hans`."""
    return "zh-hans" if frame.language.startswith("zh") else "en"


def names_for(frame: Frame, *rules: Definition | Mapping[str, Any]) -> dict[str, str]:
    """Return how values are said: `event:Order Completed`, `channel:web`, `country:GB`, and of the
    places and audiences that the rules speak of."""
    return {
        **{f"event:{name}": event_title(name, "track") for name in titled_events()},
        **{f"channel:{code}": title for code, title in channel_titles().items()},
        **{f"country:{code}": country_name(code, frame.language) for code in country_codes()},
        **{f"identifier_types:{code}": str(title) for code, title in IDENTIFIER_TITLES.items()},
        **_references(frame, rules),
    }


def sentence_of(row: AudienceRow | Definition, frame: Frame) -> str:
    """Return the rules in words, in the reader's language."""
    definition = row.definition if isinstance(row, AudienceRow) else row
    return describe_audience(
        definition=definition,
        language=language_of(frame),
        names=names_for(frame, definition),
    )


def _references(frame: Frame, rules: tuple[Definition | Mapping[str, Any], ...]) -> dict[str, str]:
    written = [
        json.dumps(dump(definition=one) if isinstance(one, Definition) else one) for one in rules
    ]
    told: dict[str, str] = {}
    if any('"near"' in text or '"catchment"' in text for text in written):
        seen = frame.person.scope("audiences.view")
        told = {
            f"place:{info.id}": info.name
            for key, info in frame.places.items()
            if seen.everything or key in seen.places
        }
    if any('"scores.' in text for text in written):
        told |= {f"score:{name}": title for name, title in score_titles(frame).items()}
    if any('"aud_' in text for text in written):
        told |= {
            f"audience:{ids.encode('aud', key)}": name for key, name in frame.audience_names.items()
        }
    if found := set(_LISTS.findall("".join(written))):
        lists = list_sources(actor=frame.actor, list_ids=[ids.decode("aul", one) for one in found])
        told |= {f"list:{ids.encode('aul', one.id)}": list_title(one, frame) for one in lists}
    return told
