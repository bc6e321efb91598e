"""What every page is drawn in: who reads, which part of the group, which period, which words."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.words import UNIT_ICONS, UNIT_TITLES
from quanqu.doors.console.rules.periods import (
    COMPARISONS,
    Choice,
    DataSpan,
    choose,
    presets,
)
from quanqu.doors.console.rules.times import span_text
from quanqu.doors.console.shell.lines import ComparisonLine, PresetLine, ScopeLine
from quanqu.doors.console.shell.narrow import narrowed
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.kernel.time import Period, local_date, utc_now
from quanqu.know.audiences.facade import list_audience_names
from quanqu.know.org.contracts import PlaceInfo, ScopeOption, UnitInfo
from quanqu.know.org.facade import companies_by_key, places_by_key, scope_options
from quanqu.learn.metrics.facade import data_span

__all__ = ["CARRIED", "Frame", "frame_of"]

CARRIED = ("scope", "from", "to", "compare")
_FRAME = "quanqu_frame"


class Frame:
    """One request's reader, scope and period; costly parts are read only when asked for."""

    def __init__(self, request: HttpRequest, person: Actor, now: datetime) -> None:
        self.person = person
        self.now = now
        self.path = request.path
        self.list_path = ""
        self.query: QueryDict = request.GET
        self.language = get_language() or person.language
        self.zone = person.time_zone

    @cached_property
    def scopes(self) -> tuple[ScopeOption, ...]:
        """The parts of the group the reader may look at."""
        return scope_options(actor=self.person)

    @cached_property
    def scope(self) -> ScopeOption | None:
        """The part chosen in the address; None when the address names none the reader may see."""
        wanted = self.query.get("scope", "")
        return next((option for option in self.scopes if option.id == wanted), None)

    @property
    def scope_id(self) -> str:
        """The outside id of the part shown; the first one when nothing is chosen."""
        if self.scope:
            return self.scope.id
        return self.scopes[0].id if self.scopes else ""

    @property
    def scope_name(self) -> str:
        """What the switcher shows."""
        if self.scope:
            return self.scope.name
        return self.scopes[0].name if len(self.scopes) else _("Everything I may see")

    @cached_property
    def places(self) -> Mapping[int, PlaceInfo]:
        """Every place by key, for its name, zone and label."""
        return places_by_key()

    def company_name(self, key: int) -> str:
        """Return the name of a company by key; empty for one that is gone."""
        found = self._companies.get(key)
        return found.name if found else ""

    @cached_property
    def _companies(self) -> dict[int, UnitInfo]:
        return companies_by_key()

    @cached_property
    def visible_places(self) -> list[PlaceInfo]:
        """The places in the part of the group shown, by company and name."""
        shown = frozenset().union(*(option.place_keys for option in self._shown_scopes))
        found = [self.places[key] for key in shown if key in self.places]
        return sorted(found, key=lambda place: (place.company_name, place.name))

    @property
    def main_currency(self) -> str:
        """The currency most places in scope trade in; empty without places."""
        found = Counter(place.currency for place in self.visible_places)
        return found.most_common(1)[0][0] if found else ""

    @cached_property
    def simulated_channels(self) -> frozenset[str]:
        """The channels of which every place in scope is simulated."""
        real = {place.channel for place in self.visible_places if not place.details.is_simulated}
        simulated = {place.channel for place in self.visible_places if place.details.is_simulated}
        return frozenset(channel for channel in simulated - real if channel)

    @cached_property
    def audience_names(self) -> Mapping[UUID, str]:
        """The audiences the reader sees by id, archived ones too, for rules that speak of them."""
        return list_audience_names(actor=self.actor, has_archived=True)

    @property
    def simulated_names(self) -> str:
        """The names of the simulated places in scope; empty when all are real."""
        names = [place.name for place in self.visible_places if place.details.is_simulated]
        return ", ".join(dict.fromkeys(names))

    @property
    def _shown_scopes(self) -> tuple[ScopeOption, ...]:
        return (self.scope,) if self.scope else self.scopes

    @cached_property
    def actor(self) -> Actor:
        """The reader with rights narrowed to the part of the group chosen; never wider."""
        if self.scope is None:
            return self.person
        companies = {
            self.places[key].company_key for key in self.scope.place_keys if key in self.places
        }
        return narrowed(self.person, self.scope.place_keys, companies)

    @cached_property
    def options(self) -> list[ScopeLine]:
        """The scope switcher's lines."""
        return [self._line(option) for option in self.scopes]

    def _line(self, option: ScopeOption) -> ScopeLine:
        shown = [self.places[key] for key in option.place_keys if key in self.places]
        is_simulated = bool(shown) and all(place.details.is_simulated for place in shown)
        return ScopeLine(
            option.id,
            option.name,
            str(UNIT_TITLES[option.kind]),
            UNIT_ICONS[option.kind],
            option.depth,
            is_simulated,
        )

    @cached_property
    def span(self) -> DataSpan | None:
        """The first and last day with data in the scope."""
        found = data_span(actor=self.actor)
        return DataSpan(found.first, found.last) if found else None

    @cached_property
    def choice(self) -> Choice:
        """The period shown and what it is compared with."""
        return choose(
            first=self.query.get("from", ""),
            last=self.query.get("to", ""),
            comparison=self.query.get("compare", ""),
            today=local_date(self.now, self.zone),
            span=self.span,
        )

    @property
    def period(self) -> Period:
        """The period shown."""
        return self.choice.period

    @property
    def period_text(self) -> str:
        """The period in words."""
        return span_text(self.period.first, self.period.last, self.language)

    @property
    def compared_text(self) -> str:
        """The period compared with, in words; empty without one."""
        compared = self.choice.compared
        return span_text(compared.first, compared.last, self.language) if compared else ""

    @property
    def carried(self) -> str:
        """Scope and period as the address has them: every link takes them along."""
        return urlencode([(name, self.query[name]) for name in CARRIED if self.query.get(name)])

    def with_query(self, **changes: str | None) -> str:
        """Return this page's address with parameters replaced (None: taken out)."""
        pairs = [
            (name, value)
            for name, values in self.query.lists()
            for value in values
            if name not in changes and name not in {"cursor", "export"}
        ]
        pairs += [(name, value) for name, value in changes.items() if value]
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    def link(self, path: str, **extra: str) -> str:
        """Return another page's address within the same scope and period, plus parameters."""
        carried = [
            (name, self.query[name])
            for name in CARRIED
            if self.query.get(name) and name not in extra
        ]
        pairs = [*carried, *((name, value) for name, value in extra.items() if value)]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    @property
    def in_period(self) -> dict[str, str]:
        """Parameters that pin the period shown, for links from a figure to its rows."""
        return {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()}

    @cached_property
    def presets(self) -> list[PresetLine]:
        """The period menu's presets."""
        titles = {
            "7d": _("Last 7 days"),
            "30d": _("Last 30 days"),
            "90d": _("Last 90 days"),
            "year": _("This year"),
            "data_year": _("Last 12 months of data"),
            "data_half": _("Last 6 months of data"),
            "all": _("All time"),
        }
        today = local_date(self.now, self.zone)
        return [
            PresetLine(
                titles[code],
                span_text(period.first, period.last, self.language),
                self.with_query(
                    **{"from": period.first.isoformat(), "to": period.last.isoformat()}
                ),
                code == self.choice.preset,
            )
            for code, period in presets(today, self.span).items()
        ]

    @property
    def comparisons(self) -> list[ComparisonLine]:
        """The period menu's ways to compare."""
        titles = {
            "previous": _("the period before"),
            "year_before": _("the same days a year before"),
            "none": _("nothing"),
        }
        return [
            ComparisonLine(code, titles[code], code == self.choice.comparison)
            for code in COMPARISONS
        ]

    @property
    def kept_query(self) -> list[tuple[str, str]]:
        """What a form of the period menu sends along."""
        left_out = {"from", "to", "compare", "cursor", "export"}
        return [
            (name, value)
            for name, values in self.query.lists()
            for value in values
            if name not in left_out
        ]

    def at_scope(self, scope_id: str) -> str:
        """Return this page's address for another part of the group.

        One thing lies in one part only: from its page the way leads to the list it is in.
        """
        if self.list_path:
            return self.link(self.list_path, scope=scope_id)
        return self.with_query(scope=scope_id)


def frame_of(request: HttpRequest) -> Frame:
    """Return the frame of a request, made once. Raises: NotSignedInError."""
    frame: Frame | None = getattr(request, _FRAME, None)
    if frame is None:
        actor = actor_of(request)
        language = get_language() or actor.language
        frame = Frame(request, replace(actor, language=language), utc_now())
        setattr(request, _FRAME, frame)
    return frame
