"""What is wrong with a well-formed rule, with exact places: fields, measures, windows, steps."""

from collections.abc import Sequence

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
    Problem,
    ProfileRule,
    PropertyRule,
    SequenceRule,
    SplitRule,
    Window,
)
from quanqu.know.audiences.rules.consents import PAIRS, REACHED_BY
from quanqu.know.audiences.rules.festivals import CODES
from quanqu.know.audiences.rules.fields import (
    MEASURE_KINDS,
    MEASURE_OPS,
    NEW_MEASURES,
    NEW_OPS,
    OF_NUMBERS,
    OF_SOMETHING,
    SCORES,
    Kind,
    event_kind,
    profile_kind,
)
from quanqu.know.audiences.rules.values import check_field, check_value, wrong_op


def check_leaf(path: str, rule: Leaf) -> list[Problem]:
    """Return what is wrong with a rule."""
    if isinstance(rule, ProfileRule):
        return check_field(path, rule, profile_kind(rule.field))
    if isinstance(rule, EventRule):
        return _check_event(path, rule)
    if isinstance(rule, SequenceRule):
        return _check_sequence(path, rule)
    if isinstance(rule, AudienceRule):
        return _check_audience(path, rule)
    if isinstance(rule, NearRule):
        return _check_near(path, rule)
    if isinstance(rule, CatchmentRule):
        is_open = rule.is_nearest and rule.place is None
        return [Problem(f"{path}.place", "nearest_of_what")] if is_open else []
    if isinstance(rule, ConsentRule):
        return _check_consent(path, rule)
    if isinstance(rule, ListRule):
        is_right = rule.list.startswith("aul_")
        details = {"list": rule.list}
        return [] if is_right else [Problem(f"{path}.list", "unknown_list", details)]
    return _check_range(path, rule)


def check_version(path: str, rule: Leaf) -> list[Problem]:
    """Return the fault of a rule that version 1 of the grammar does not know."""
    if isinstance(rule, ProfileRule):
        is_new = rule.op in NEW_OPS or rule.field.startswith(SCORES)
    elif isinstance(rule, EventRule):
        window = rule.window
        words = (window.from_days_ago, window.to_days_ago, window.festival, rule.within_any_days)
        is_new = rule.measure in NEW_MEASURES or any(word is not None for word in words)
        is_new = is_new or any(op in NEW_OPS for op in (rule.op, *(one.op for one in rule.where)))
    else:
        is_new = True
    return [Problem(path, "version_2_wanted")] if is_new else []


def _check_event(path: str, rule: EventRule) -> list[Problem]:
    problems = _check_happening(path, rule.event, rule.where)
    problems += _check_measure(path, rule)
    ops = MEASURE_OPS[rule.measure]
    if rule.op not in ops:
        problems.append(wrong_op(path, rule.op, ops))
    else:
        problems += check_value(path, rule.op, rule.value, MEASURE_KINDS[rule.measure])
    if rule.within_any_days is not None and not _is_burst(rule):
        problems.append(Problem(f"{path}.within_any_days", "burst_of_count"))
    return problems + check_window(f"{path}.window", rule.window)


def _is_burst(rule: EventRule) -> bool:
    is_count = rule.measure is Measure.COUNT and rule.op is Op.GTE
    return is_count and isinstance(rule.value, int) and 2 <= rule.value <= 1000


def _check_happening(path: str, event: str, where: Sequence[PropertyRule]) -> list[Problem]:
    problems = [] if event.isprintable() else [Problem(f"{path}.event", "not_printable")]
    for at, condition in enumerate(where):
        problems += check_field(f"{path}.where[{at}]", condition, event_kind(condition.field))
    return problems


def check_window(path: str, window: Window) -> list[Problem]:
    """Return what is wrong with a window of days."""
    ago = (window.from_days_ago, window.to_days_ago)
    told = [
        window.last_days is not None,
        bool(window.from_on or window.to_on),
        ago != (None, None),
        window.festival is not None,
    ]
    problems = [Problem(path, "window_both")] if sum(told) > 1 else []
    if window.from_on and window.to_on and window.to_on < window.from_on:
        problems.append(Problem(f"{path}.to", "window_backwards"))
    if window.from_days_ago is not None and window.from_days_ago < (window.to_days_ago or 0):
        problems.append(Problem(f"{path}.to_days_ago", "window_backwards"))
    if window.festival is not None and window.festival.code not in CODES:
        details = {"code": window.festival.code}
        problems.append(Problem(f"{path}.festival.code", "unknown_festival", details))
    return problems


def _check_measure(path: str, rule: EventRule) -> list[Problem]:
    if rule.measure not in OF_SOMETHING:
        return [Problem(f"{path}.of", "of_without_sum")] if rule.of is not None else []
    if rule.of is None:
        return [Problem(f"{path}.of", "sum_of_what")]
    kind = event_kind(rule.of)
    if kind is None:
        return [Problem(f"{path}.of", "unknown_field", {"field": rule.of})]
    if rule.measure is Measure.DISTINCT:
        return []
    if kind not in (Kind.NUMBER, Kind.ANY):
        return [Problem(f"{path}.of", "not_a_number_field", {"field": rule.of})]
    is_one_currency = any(
        condition.field == "currency" and condition.op is Op.EQ for condition in rule.where
    )
    if rule.of == "revenue_minor" and rule.measure in OF_NUMBERS and not is_one_currency:
        return [Problem(f"{path}.where", "currency_needed")]
    return []


def _check_sequence(path: str, rule: SequenceRule) -> list[Problem]:
    problems = check_window(f"{path}.window", rule.window)
    for at, step in enumerate(rule.steps):
        here = f"{path}.steps[{at}]"
        problems += _check_happening(here, step.event, step.where)
        if at == 0 and (step.within or step.same or step.without):
            problems.append(Problem(here, "first_step_follows_nothing"))
        for number, field in enumerate(step.same):
            if event_kind(field) is None:
                details = {"field": field}
                problems.append(Problem(f"{here}.same[{number}]", "unknown_field", details))
        for number, other in enumerate(step.without):
            problems += _check_happening(f"{here}.without[{number}]", other.event, other.where)
    return problems


def _check_audience(path: str, rule: AudienceRule) -> list[Problem]:
    problems = [] if rule.during is None else check_window(f"{path}.during", rule.during)
    if not rule.audience.startswith("aud_"):
        details = {"audience": rule.audience}
        problems.append(Problem(f"{path}.audience", "unknown_audience", details))
    return problems


def _check_near(path: str, rule: NearRule) -> list[Problem]:
    is_point = rule.latitude is not None and rule.longitude is not None
    is_half = (rule.latitude is None) != (rule.longitude is None)
    if is_half or is_point == (rule.place is not None):
        return [Problem(path, "place_or_point")]
    return []


def _check_consent(path: str, rule: ConsentRule) -> list[Problem]:
    details = {"purpose": rule.purpose, "channel": rule.channel}
    if (rule.purpose, rule.channel) not in PAIRS:
        return [Problem(path, "unknown_consent", details)]
    if rule.is_reachable and rule.channel not in REACHED_BY:
        return [Problem(f"{path}.is_reachable", "no_way_to_reach", details)]
    return []


def _check_range(path: str, rule: BirthdayRule | SplitRule | DecileRule) -> list[Problem]:
    """Check what goes from one number to another, and the field of a decile."""
    if isinstance(rule, BirthdayRule):
        is_right = rule.from_days <= rule.to_days
        return [] if is_right else [Problem(f"{path}.to_days", "between_backwards")]
    if isinstance(rule, SplitRule):
        is_right = rule.from_rate < rule.to_rate
        problems = [] if is_right else [Problem(f"{path}.to", "empty_share")]
        is_printable = rule.salt.isprintable()
        return problems + ([] if is_printable else [Problem(f"{path}.salt", "not_printable")])
    problems = []
    if profile_kind(rule.field) not in (Kind.NUMBER, Kind.ANY):
        problems.append(Problem(f"{path}.field", "not_a_number_field", {"field": rule.field}))
    if rule.from_tenth > rule.to_tenth:
        problems.append(Problem(f"{path}.to", "between_backwards"))
    return problems
