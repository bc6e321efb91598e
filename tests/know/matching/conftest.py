"""Tables of people made for the tests, with their truth."""

import numpy as np
import pyarrow as pa
import pytest

GIVEN = (
    *("anna", "bruno", "carla", "dmitri", "elena", "farid", "greta", "hugo", "irene", "jonas"),
    *("karin", "lukas", "maria", "nadia", "oscar", "paula", "quentin", "rosa", "samuel", "vera"),
)
SURNAMES = (
    *("abbott", "barnett", "calloway", "dunmore", "ellison", "fairbanks", "gallagher", "ingram"),
    *("kirkland", "lockwood", "merriman", "northcott", "oldfield", "pemberton", "quigley"),
    *("rutherford", "stanhope", "thackeray", "underhill", "vanderbilt", "whitaker", "yardley"),
)
CITIES = ("leeds", "york", "hull", "bath", "derby", "truro", "exeter", "durham")


def make_people(persons: int, seed: int = 5) -> tuple[pa.Table, np.ndarray]:
    """Return two rows per person, the second with an error or two, and the person of each row."""
    draw = np.random.default_rng(seed)
    rows: list[dict[str, str | None]] = []
    for _ in range(persons):
        year, month, day = draw.integers(1930, 2005), draw.integers(1, 13), draw.integers(1, 29)
        row: dict[str, str | None] = {
            "First Name": str(draw.choice(GIVEN)),
            "Family Name": str(draw.choice(SURNAMES)),
            "Birthday": f"{year}-{month:02d}-{day:02d}",
            "Zip": str(draw.integers(10_000, 99_999)),
            "Town": str(draw.choice(CITIES)),
        }
        rows += [row, _spoilt(row, draw)]
    return pa.Table.from_pylist(rows), np.repeat(np.arange(persons), 2)


def _spoilt(row: dict[str, str | None], draw: np.random.Generator) -> dict[str, str | None]:
    other = dict(row)
    column = str(draw.choice(["First Name", "Family Name", "Zip"]))
    text = str(row[column])
    at = int(draw.integers(1, len(text) - 1))
    other[column] = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if draw.random() < 0.3:
        other["Town"] = None
    return other


@pytest.fixture(scope="session")
def people() -> tuple[pa.Table, np.ndarray]:
    """Return two hundred persons, four hundred rows."""
    return make_people(200)
