"""An audience beside others: who is in both, and in exactly which."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.pages.audience_frame import AudienceView
from quanqu.doors.console.rules.numbers import grouped
from quanqu.kernel import ids
from quanqu.kernel.errors import InvalidError
from quanqu.kernel.ids import MalformedIdError
from quanqu.know.audiences.contracts import Overlap
from quanqu.know.audiences.facade import list_audience_names, overlap_audiences

__all__ = ["AudienceOverlap"]

_MOST: Final = 11
_OFFERED: Final = 60
_DRAWN: Final = 12


class AudienceOverlap(AudienceView):
    """Choose others; see them in a table and drawn."""

    tab = "overlap"

    def get(self, request: HttpRequest, audience_id: str) -> HttpResponse:
        """Show the choice, and the comparison once others are chosen."""
        audience = self.audience(audience_id)
        frame = self.frame
        names = list_audience_names(actor=frame.actor)
        others = {key: name for key, name in names.items() if key != audience.id}
        chosen = [key for key in _read(request.GET.getlist("with")) if key in others]
        offered = dict(list(others.items())[:_OFFERED]) | {key: others[key] for key in chosen}
        context: dict[str, Any] = {
            **self.top(audience, _("How many customers it shares with other audiences.")),
            "most": _MOST,
            "options": [
                (ids.encode("aud", key), name, key in chosen) for key, name in offered.items()
            ],
            "is_cut": len(others) > len(offered),
        }
        if chosen:
            wanted = [audience.id, *chosen]
            try:
                found = overlap_audiences(actor=frame.actor, audience_ids=wanted)
            except InvalidError as error:
                context["problem"] = said(error)
            else:
                names[audience.id] = audience.name
                context["rows"] = self._rows(found, chosen, names)
                context["bars"] = _bars(found, names)
        return self.page("console/audiences/overlap.html", context)

    def _rows(
        self, found: Overlap, chosen: list[UUID], names: dict[UUID, str]
    ) -> list[dict[str, Any]]:
        cells = {(cell.first, cell.second): cell for cell in found.pairs}
        this = found.pairs[0].first
        return [
            {
                "name": names[other],
                "href": self.frame.link(
                    reverse("console:audience", args=[ids.encode("aud", other)])
                ),
                "members": cells[other, other].customers,
                "both": cells[this, other].customers,
                "of_this": cells[this, other].of_first,
                "of_other": cells[this, other].of_second,
                "jaccard": cells[this, other].jaccard,
            }
            for other in chosen
        ]


def _read(texts: list[str]) -> list[UUID]:
    found = []
    for text in dict.fromkeys(texts):
        try:
            found.append(ids.decode("aud", text))
        except MalformedIdError:
            continue
    return found


def _bars(found: Overlap, names: dict[UUID, str]) -> list[dict[str, Any]]:
    """Return the largest sets as bars: who is in exactly these audiences and in no other."""
    shown = found.sets[:_DRAWN]
    most = max((each.customers for each in shown), default=0)
    return [
        {
            "name": " + ".join(names[one] for one in each.audiences),
            "value": grouped(each.customers),
            "width": round(100 * each.customers / most),
            "slot": 1 if len(each.audiences) > 1 else 0,
        }
        for each in shown
    ]
