"""Who is in an audience beside everybody, trait by trait."""

import math
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from quanqu.doors.console.pages.audience_frame import AudienceView
from quanqu.doors.console.pages.trait_words import HINTS, TITLES, value_words
from quanqu.doors.console.rules.numbers import decimal_text
from quanqu.kernel import ids
from quanqu.know.audiences.contracts import Composition, FieldOrigin, Part, TraitParts
from quanqu.know.audiences.facade import compose_members, list_found_keys

__all__ = ["AudienceComposition"]

_SHOWN: Final = 10
_DRAWN: Final = 12
_OVER: Final = 120
_UNDER: Final = 80
_EVEN: Final = 100


class AudienceComposition(AudienceView):
    """Members beside everybody: shares and indices, what differs most first."""

    tab = "composition"

    def get(self, request: HttpRequest, audience_id: str) -> HttpResponse:
        """Show every trait of which something is known, and one further field if asked for."""
        audience = self.audience(audience_id)
        frame = self.frame
        keys = list_found_keys(actor=frame.actor, origin=FieldOrigin.PROFILE)
        choices = [(one.name, one.name.partition(".")[2]) for one in keys]
        field = request.GET.get("field", "")
        wanted = (field,) if field in dict(choices) else ()
        found = compose_members(
            actor=frame.actor,
            audience_id=ids.decode("aud", audience_id),
            today=frame.now.date(),
            fields=wanted,
        )
        self.say = value_words(frame)
        known = [one for one in found.traits if any(part.value for part in one.parts)]
        known.sort(key=lambda one: one.trait not in wanted)
        gone = [_title(one.trait) for one in found.traits if one not in known]
        context = {
            **self.top(audience, _("What sets the members apart from everybody you may see.")),
            "composition": found,
            "share": found.members / found.everybody if found.everybody else None,
            "choices": choices,
            "field": field if wanted else "",
            "traits": [self._trait(one, found) for one in known],
            "hidden": ", ".join(gone),
            "bars": self._far(known, found),
        }
        return self.page("console/audiences/composition.html", context)

    def _trait(self, one: TraitParts, found: Composition) -> dict[str, Any]:
        return {
            "code": one.trait.replace(".", "-").replace(" ", "-"),
            "title": _title(one.trait),
            "hint": HINTS.get(one.trait, ""),
            "rows": [self._row(one.trait, part, found) for part in one.parts[:_SHOWN]],
            "more": max(0, len(one.parts) - _SHOWN),
        }

    def _row(self, trait: str, part: Part, found: Composition) -> dict[str, Any]:
        return {
            "title": self.say(trait, part.value),
            "part": part,
            "share": part.members / found.members if found.members else None,
            "of_everybody": part.everybody / found.everybody if found.everybody else None,
            "index": decimal_text(part.index, 0),
            "is_over": part.index >= _OVER and not part.is_few,
            "is_under": part.index <= _UNDER and not part.is_few,
        }

    def _far(self, known: list[TraitParts], found: Composition) -> list[dict[str, Any]]:
        """Return the values whose index is farthest from 100 either way, as bars; none when all
        are few, and when everybody is a member."""
        told = [
            (abs(math.log(part.index / 100)), one.trait, part)
            for one in known
            for part in one.parts
            if part.value and part.index and not part.is_few
        ]
        if found.members == found.everybody:
            return []
        told.sort(key=lambda one: (-one[0], one[1], one[2].value or ""))
        shown = sorted(told[:_DRAWN], key=lambda one: -one[2].index)
        most = max((part.index for _far, _trait, part in shown), default=0)
        return [
            {
                "name": _("%(name)s: %(value)s")
                % {"name": _title(trait), "value": self.say(trait, part.value)},
                "value": decimal_text(part.index, 0),
                "width": round(100 * part.index / most),
                "slot": 0 if part.index >= _EVEN else 6,
            }
            for _far, trait, part in shown
        ]


def _title(trait: str) -> str:
    return str(TITLES[trait]) if trait in TITLES else trait.partition(".")[2]
