"""One rule in words."""

from collections.abc import Sequence
from typing import Final

from quanqu.know.audiences.contracts import (
    AudienceRule,
    BirthdayRule,
    CatchmentRule,
    ConsentRule,
    DecileRule,
    EventRule,
    Leaf,
    ListRule,
    Measure,
    NearRule,
    Op,
    ProfileRule,
    PropertyRule,
    SequenceRule,
    SplitRule,
    Step,
)
from quanqu.know.audiences.rules.phrasing import (
    AMOUNT,
    Words,
    currency_of,
    say_compared,
    say_condition,
    say_field,
    say_quoted,
    say_window,
)


def say_leaf(rule: Leaf, words: Words) -> str:
    """Return one rule in words."""
    if isinstance(rule, ProfileRule):
        return say_condition(rule, words)
    if isinstance(rule, EventRule):
        return _event(rule, words)
    if isinstance(rule, SequenceRule):
        steps = "".join(_step(step, at, words) for at, step in enumerate(rule.steps))
        return words["sequence"].format(steps=steps, window=say_window(rule.window, words))
    if isinstance(rule, AudienceRule | ListRule):
        return _group(rule, words)
    if isinstance(rule, BirthdayRule):
        key = "birthday" if rule.from_days == 0 else "birthday.between"
        return words[key].format(first=rule.from_days, last=rule.to_days)
    if isinstance(rule, NearRule | CatchmentRule):
        return _near(rule, words) if isinstance(rule, NearRule) else _catchment(rule, words)
    if isinstance(rule, SplitRule):
        ends = (f"{rate * 100:g}%" for rate in (rule.from_rate, rule.to_rate))
        first, last = ends
        return words["split"].format(salt=rule.salt, first=first, last=last)
    if isinstance(rule, ConsentRule):
        key = "consent.reachable" if rule.is_reachable else "consent"
        purpose, channel = words[f"purpose.{rule.purpose}"], words[f"consent.{rule.channel}"]
        return words[key].format(purpose=purpose, channel=channel)
    return _decile(rule, words)


def _event(rule: EventRule, words: Words) -> str:
    event = _event_name(rule.event, words)
    words = words.of(currency_of(rule.where))
    told = [one for one in rule.where if not _is_said_by_amounts(one, rule, words.currency)]
    parts = {"where": _where(told, words), "window": say_window(rule.window, words)}
    if rule.within_any_days is not None:
        figures = {"value": rule.value, "days": rule.within_any_days}
        return words["event.burst"].format(event=event, **parts, **figures)
    if rule.measure is Measure.COUNT and (rule.op, rule.value) in _SOME:
        return words["event.some"].format(event=event, **parts)
    if rule.measure is Measure.COUNT and (rule.op, rule.value) in _NONE:
        return words["event.none"].format(event=event, **parts)
    of = say_field(rule.of, words) if rule.of else ""
    measure = words[rule.measure].format(event=event, of=of)
    subject = words["event"].format(measure=measure, **parts)
    return say_compared(words[rule.op], rule.of or "", subject, rule.value, words)


def say_measured(rule: EventRule, measure: str, words: Words) -> str:
    """Return the events of a rule and a measure of them; `measure` is a phrase of {event}, {of}."""
    event = _event_name(rule.event, words)
    words = words.of(currency_of(rule.where))
    told = [one for one in rule.where if not _is_said_by_amounts(one, rule, words.currency)]
    of = say_field(rule.of, words) if rule.of else ""
    return words["event"].format(
        measure=measure.format(event=event, of=of),
        where=_where(told, words),
        window=say_window(rule.window, words),
    )


_SOME: Final = ((Op.GTE, 1), (Op.GT, 0))
_NONE: Final = ((Op.EQ, 0), (Op.LT, 1), (Op.LTE, 0))


def _is_said_by_amounts(one: PropertyRule, rule: EventRule, currency: str) -> bool:
    """Tell whether a condition only names the currency that an amount of the rule is said in."""
    has_amount = rule.of == AMOUNT or any(
        other.field == AMOUNT and other.value is not None for other in rule.where
    )
    names_it = one.field == "currency" and one.op is Op.EQ and one.value == currency
    return has_amount and names_it


def _event_name(name: str, words: Words) -> str:
    return say_quoted(f"event:{name}", name, words)


def _where(conditions: Sequence[PropertyRule], words: Words) -> str:
    text = words["and"].join(say_condition(one, words) for one in conditions)
    return words["where"].format(text=text) if text else ""


def _step(step: Step, at: int, words: Words) -> str:
    mine = words.of(currency_of(step.where))
    done = words["step"].format(
        event=_event_name(step.event, words), where=_where(step.where, mine)
    )
    if at == 0:
        return done
    told = ""
    if step.within is not None:
        unit = words[f"unit.{step.within.unit}"]
        told += words["step.within"].format(number=step.within.number, unit=unit)
    if step.same:
        fields = words["list"].join(say_field(field, words) for field in step.same)
        told += words["step.same"].format(fields=fields)
    if step.without:
        names = [_event_name(one.event, words) + _where(one.where, words) for one in step.without]
        told += words["step.without"].format(events=words["list"].join(names))
    return words["step.next"].format(step=done, told=told)


def _group(rule: AudienceRule | ListRule, words: Words) -> str:
    if isinstance(rule, ListRule):
        known = words.names.get(f"list:{rule.list}")
        return words["listed.named"].format(name=known) if known else words["listed"]
    name = say_quoted(f"audience:{rule.audience}", rule.audience, words)
    if rule.during is None:
        return words["audience"].format(name=name)
    return words["audience.was"].format(name=name, window=say_window(rule.during, words))


def _near(rule: NearRule, words: Words) -> str:
    distance = f"{rule.within_km:g}"
    if rule.place is not None:
        name = say_quoted(f"place:{rule.place}", rule.place, words)
        return words["near.place"].format(distance=distance, name=name)
    point = f"{rule.latitude:g}, {rule.longitude:g}"
    return words["near.point"].format(distance=distance, point=point)


def _catchment(rule: CatchmentRule, words: Words) -> str:
    if rule.place is None:
        return words["catchment.any"]
    name = say_quoted(f"place:{rule.place}", rule.place, words)
    return words["catchment.nearest" if rule.is_nearest else "catchment"].format(name=name)


def _decile(rule: DecileRule, words: Words) -> str:
    field = say_field(rule.field, words)
    key = "decile.top" if rule.from_tenth == 1 else "decile.between"
    first, last = (rule.from_tenth - 1) * 10, rule.to_tenth * 10
    return words[key].format(field=field, first=first, last=last)
