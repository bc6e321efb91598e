"""Replace what rules refer to by what it is: audiences by their rules, places by their points."""

from dataclasses import dataclass, field, replace
from datetime import date

import msgspec
import pyarrow as pa

from quanqu.infra.auth.contracts import Scope
from quanqu.kernel.ids import MalformedIdError, decode
from quanqu.know.audiences.contracts import (
    And,
    AudienceRule,
    CatchmentRule,
    DecileRule,
    DefinitionError,
    ListRule,
    NearRule,
    Node,
    Not,
    Or,
    Problem,
    ProfileRule,
)
from quanqu.know.audiences.models import Audience, AudienceList, AudienceVersion
from quanqu.know.audiences.queries.question import KEY, Question
from quanqu.know.audiences.queries.saved import stays_between
from quanqu.know.audiences.rules.days import EARLIEST, window_days
from quanqu.know.audiences.rules.fields import SCORES
from quanqu.know.audiences.rules.reading import MOST_LEAVES, children, leaves, parse
from quanqu.know.customers.facade import list_score_names
from quanqu.know.org.contracts import PlaceDetails, PlaceType
from quanqu.know.org.facade import places_by_key

_MEMBERS = pa.schema([(KEY, pa.int64())])


@dataclass(slots=True)
class _Walk:
    """What was looked up on the way, and the audiences on the path from the top, by outside id."""

    scope: Scope
    known: dict[str, tuple[str, Node]] = field(default_factory=dict)
    places: dict[str, PlaceDetails] = field(default_factory=dict)
    above: tuple[str, ...] = ()
    place: str = ""


def resolve(match: Node, scope: Scope, *, within: str = "", name: str = "") -> Node:
    """Return the rules with every audience in its place and every place as a point.

    `within` is the outside id of the saved audience whose rules they are, with its `name`: it must
    not come up again.  Raises: DefinitionError for an audience that is not there or would depend on
    itself (with the path of names), for a place without the point or catchment that is asked for,
    for a score that nobody defined,
    and for more conditions in all than an audience may have.
    """
    _check_scores(match)
    if not _refers(match):
        return match
    walk = _Walk(scope)
    if within:
        walk.known[within] = (name, match)
        walk.above = (within,)
    resolved = _replaced(match, "$.match", walk)
    if (count := sum(1 for _ in leaves(resolved))) > MOST_LEAVES:
        details = {"most": str(MOST_LEAVES), "count": str(count)}
        raise DefinitionError([Problem("$.match", "too_many", details)])
    return resolved


def with_memberships(match: Node, question: Question) -> Question:
    """Return the question with who was in the audiences that the rules ask the past about."""
    asked = [rule for _, rule in leaves(match) if isinstance(rule, AudienceRule)]
    if not asked:
        return question
    held = {rule: _members_during(rule, question.as_of) for rule in asked}
    return replace(question, memberships=held)


def members_between(audience_key: int, first: date | None, last: date) -> pa.Table:
    """Return the keys of those who were in an audience at any time of these UTC days."""
    stays = stays_between(audience_key, first or EARLIEST, last)
    keys = stays.values_list("customer_key", flat=True).distinct()
    return pa.table([pa.array(keys, pa.int64())], schema=_MEMBERS)


def _members_during(rule: AudienceRule, as_of: date) -> pa.Table:
    audience = Audience.objects.get(id=decode("aud", rule.audience))
    if rule.during is None:
        raise ValueError("an audience as it is now is put in its place before")
    first, last = window_days(rule.during, as_of)
    return members_between(audience.key, first, last)


def _check_scores(match: Node) -> None:
    spoken = [
        (path, rule.field[len(SCORES) :])
        for path, rule in leaves(match)
        if isinstance(rule, ProfileRule | DecileRule) and rule.field.startswith(SCORES)
    ]
    known = list_score_names() if spoken else {}
    problems = [
        Problem(f"{path}.field", "unknown_score", {"score": name})
        for path, name in spoken
        if name not in known
    ]
    if problems:
        raise DefinitionError(problems)


def _refers(match: Node) -> bool:
    referring = AudienceRule | NearRule | CatchmentRule | ListRule
    return any(isinstance(rule, referring) for _, rule in leaves(match))


def _replaced(node: Node, path: str, walk: _Walk) -> Node:
    if isinstance(node, AudienceRule):
        return _audience(node, path, walk)
    if isinstance(node, NearRule):
        return _point(node, path, walk) if node.place else node
    if isinstance(node, CatchmentRule):
        return _catchment(node, path, walk) if node.place else node
    if isinstance(node, ListRule):
        return _listed(node, path, walk)
    below = [_replaced(child, at, walk) for at, child in children(node, path)]
    if isinstance(node, And | Or):
        return type(node)(tuple(below))
    return Not(below[0]) if isinstance(node, Not) else node


def _audience(rule: AudienceRule, path: str, walk: _Walk) -> Node:
    """Put an audience's rules in its place; faults are told at the reference that was written."""
    outer = walk.place
    walk.place = outer or f"{path}.audience"
    if rule.audience not in walk.known:
        walk.known[rule.audience] = _saved(rule.audience, walk)
    if rule.during is not None:
        walk.place = outer
        return rule
    if rule.audience in walk.above:
        chain = (*walk.above[walk.above.index(rule.audience) :], rule.audience)
        cycle = " → ".join(walk.known[one][0] for one in chain)
        raise DefinitionError([Problem(walk.place, "audience_cycle", {"cycle": cycle})])
    before, walk.above = walk.above, (*walk.above, rule.audience)
    found = _replaced(walk.known[rule.audience][1], path, walk)
    walk.above, walk.place = before, outer
    return found


def _saved(audience: str, walk: _Walk) -> tuple[str, Node]:
    missing = Problem(walk.place, "unknown_audience", {"audience": audience})
    try:
        wanted = decode("aud", audience)
    except MalformedIdError:
        raise DefinitionError([missing]) from None
    found = Audience.objects.visible_to(walk.scope).filter(id=wanted).first()
    if found is None:
        raise DefinitionError([missing])
    version = AudienceVersion.objects.get(audience=found, number=found.version)
    return found.name, parse(version.definition).match


def _listed(rule: ListRule, path: str, walk: _Walk) -> ListRule:
    """Return the rule of a list that is saved and made over no more than the scope."""
    missing = Problem(walk.place or f"{path}.list", "unknown_list", {"list": rule.list})
    try:
        wanted = decode("aul", rule.list)
    except MalformedIdError:
        raise DefinitionError([missing]) from None
    visible = Audience.objects.visible_to(walk.scope)
    if not AudienceList.objects.filter(id=wanted, audience__in=visible).exists():
        raise DefinitionError([missing])
    return rule


def _point(rule: NearRule, path: str, walk: _Walk) -> NearRule:
    point = _place(rule.place or "", path, walk).point
    if point is None:
        raise _wrong_place(rule.place, path, "place_without_point")
    return msgspec.structs.replace(
        rule, place=None, latitude=point.latitude, longitude=point.longitude
    )


def _catchment(rule: CatchmentRule, path: str, walk: _Walk) -> CatchmentRule:
    """See that the place has what is asked for: the lake tells who lives there, by its id."""
    details = _place(rule.place or "", path, walk)
    if not rule.is_nearest and not details.has_catchment:
        raise _wrong_place(rule.place, path, "place_without_catchment")
    if rule.is_nearest and details.place_type is not PlaceType.STORE:
        raise _wrong_place(rule.place, path, "not_a_store")
    if rule.is_nearest and details.point is None:
        raise _wrong_place(rule.place, path, "place_without_point")
    return rule


def _place(place: str, path: str, walk: _Walk) -> PlaceDetails:
    if not walk.places:
        walk.places = {
            info.id: info.details
            for key, info in places_by_key().items()
            if walk.scope.everything or key in walk.scope.places
        }
    if place not in walk.places:
        raise _wrong_place(place, path, "unknown_place")
    return walk.places[place]


def _wrong_place(place: str | None, path: str, code: str) -> DefinitionError:
    return DefinitionError([Problem(f"{path}.place", code, {"place": place or ""})])
