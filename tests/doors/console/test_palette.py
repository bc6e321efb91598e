"""Chart colours: told apart by colour-blind eyes, visible on both grounds, one list."""

import itertools
import math
import re
from pathlib import Path

import pytest

from quanqu.doors.console.rules.palette import CHANNEL_SLOTS, DARK, LIGHT, SLOTS, channel_slot
from quanqu.know.org.contracts import ChannelCode

TOKENS = Path(__file__).resolve().parents[3] / "tools/build-css/styles/tokens.css"
# Severity-1 matrices of Machado, Oliveira and Fernandes (2009), in linear RGB.
EYES = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}


def linear(colour: str) -> list[float]:
    values = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]


def contrast(left: str, right: str) -> float:
    weights = (0.2126, 0.7152, 0.0722)
    lights = sorted(
        sum(w * v for w, v in zip(weights, linear(c), strict=True)) for c in (left, right)
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def oklab(colour: str, eye: str) -> tuple[float, float, float]:
    seen = linear(colour)
    r, g, b = (min(1.0, max(0.0, sum(row[at] * seen[at] for at in range(3)))) for row in EYES[eye])
    roots = (
        0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b,
        0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b,
        0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b,
    )
    long, medium, short = (max(value, 0) ** (1 / 3) for value in roots)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


@pytest.mark.parametrize(("palette", "ground"), [(LIGHT, "#ffffff"), (DARK, "#171a21")])
def test_every_colour_is_visible_on_its_ground(palette: tuple[str, ...], ground: str) -> None:
    assert min(contrast(colour, ground) for colour in palette) >= 3


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("eye", list(EYES))
def test_colour_blind_eyes_tell_any_two_apart(palette: tuple[str, ...], eye: str) -> None:
    nearest = min(
        100 * math.dist(oklab(left, eye), oklab(right, eye))
        for left, right in itertools.combinations(palette, 2)
    )

    assert nearest >= 8


def test_the_style_sheet_has_the_same_colours() -> None:
    found = re.findall(r"--series-(\d): (#[0-9a-f]{6})", TOKENS.read_text("utf-8"))

    assert [colour for _slot, colour in found] == [*LIGHT, *DARK]
    assert len(LIGHT) == len(DARK) == SLOTS == 8


def test_every_channel_has_a_colour_and_those_that_sell_their_own() -> None:
    selling = {"web", "app", "mini_program", "store", "marketplace", "social", "live"}

    assert set(CHANNEL_SLOTS) == {code.value for code in ChannelCode}
    assert len({channel_slot(code) for code in selling}) == len(selling)
    assert channel_slot("telepathy") == 6


@pytest.mark.parametrize("theme", [":root", ".dark"])
def test_text_reaches_the_contrast_of_wcag_aa(theme: str) -> None:
    block = TOKENS.read_text("utf-8").split(f"{theme} {{")[1].split("}")[0]
    tokens = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))

    grounds = [tokens[name] for name in ("canvas", "surface", "sunken")]
    for name in ("ink", "ink-2", "ink-3", "accent"):
        assert min(contrast(tokens[name], ground) for ground in grounds) >= 4.5, name
    for name in ("good", "warn", "bad", "info", "accent"):
        assert contrast(tokens[name], tokens[f"{name}-soft"]) >= 4.5, name
    assert contrast(tokens["on-accent"], tokens["accent-fill"]) >= 4.5
    assert contrast(tokens["control"], tokens["surface"]) >= 3
