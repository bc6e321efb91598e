"""A million profiles with three million identifiers, matched by the model; time, memory and F1.

The profiles are made with a fixed seed: 700,000 persons, a third of whom come a second time with a
typing error, another phone or e-mail address, or a gap.
"""

import json
import resource
import time
from typing import Final

import numpy as np
import pyarrow as pa
from bench._identity_sets import f1_of

from quanqu.know.matching.facade import match_people

SEED: Final = 20_261_126
_SYLLABLES: Final = ("ba", "den", "fo", "ger", "hal", "ki", "lor", "man", "ne", "pul", "ra", "sto")
_REPEATED: Final = 0.3


def run(profiles: int = 1_000_000) -> None:
    """Match the profiles once and print three lines."""
    table, truth = make_profiles(profiles)
    started = time.perf_counter()
    found = match_people(table=table)
    seconds = time.perf_counter() - started
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    precision, recall, f1 = f1_of(truth, found.groups)
    name = "identity.splink_1m" if profiles == 1_000_000 else f"identity.splink_{profiles}"
    more = {"precision": round(precision, 5), "recall": round(recall, 5), "f1": round(f1, 5)}
    _show(f"{name}_s", seconds, "s", **more)
    _show(f"{name}_peak_rss_mb", peak_mb, "MB")


def make_profiles(profiles: int) -> tuple[pa.Table, np.ndarray]:
    """Return profiles in random order and the person of each."""
    draw = np.random.default_rng(SEED)
    again = int(profiles * _REPEATED)
    persons = profiles - again
    who = np.concatenate([np.arange(persons), draw.choice(persons, again, replace=False)])
    is_again = np.arange(profiles) >= persons
    columns = {
        "given_name": _pick(draw, _names(draw, 3_000), persons)[who],
        "surname": _pick(draw, _names(draw, 20_000), persons)[who],
        "birth_date": _days(draw, persons)[who],
        "postcode": draw.integers(10_000, 99_999, persons).astype(str)[who],
        "city": _pick(draw, _names(draw, 2_000), persons)[who],
        "phone": draw.integers(10**10, 10**11, persons).astype(str)[who],
        "email": np.array([f"p{number}@mail.example" for number in range(persons)])[who],
    }
    spoilt = {name: values.astype(object) for name, values in columns.items()}
    fate = draw.random(profiles)
    for name, low, high in (("given_name", 0, 0.3), ("surname", 0.2, 0.5), ("postcode", 0.5, 0.6)):
        for row in np.flatnonzero(is_again & (fate >= low) & (fate < high)):
            spoilt[name][row] = _mistyped(str(spoilt[name][row]), int(draw.integers(0, 1_000)))
    for name, rate in (("phone", 0.7), ("email", 0.6)):
        changed = np.flatnonzero(is_again & (draw.random(profiles) < rate))
        fresh = draw.integers(10**10, 10**11, len(changed))
        spoilt[name][changed] = [
            f"n{one}@new.example" if name == "email" else str(one) for one in fresh
        ]
    for name in ("birth_date", "city"):
        spoilt[name][is_again & (draw.random(profiles) < 0.15)] = None
    order = draw.permutation(profiles)
    table = pa.table(
        {name: pa.array(values[order], pa.string()) for name, values in spoilt.items()}
    )
    return table, who[order]


def _names(draw: np.random.Generator, count: int) -> np.ndarray:
    parts = draw.choice(_SYLLABLES, (count, 4))
    return np.array(["".join(row[: 2 + number % 3]) for number, row in enumerate(parts)])


def _pick(draw: np.random.Generator, names: np.ndarray, count: int) -> np.ndarray:
    """Draw names as people bear them: few very often, most seldom (Zipf)."""
    weight = 1 / np.arange(10, len(names) + 10)
    return names[draw.choice(len(names), count, p=weight / weight.sum())]


def _days(draw: np.random.Generator, count: int) -> np.ndarray:
    days = np.datetime64("1940-01-01") + draw.integers(0, 25_000, count)
    return days.astype(str)


def _mistyped(text: str, number: int) -> str:
    at = number % max(len(text) - 1, 1)
    return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]


def _show(name: str, value: float, unit: str, **more: float) -> None:
    print(json.dumps({"name": name, "value": round(value, 1), "unit": unit, **more}), flush=True)
