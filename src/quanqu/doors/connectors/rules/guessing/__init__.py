"""Guesses what the columns of an unseen file mean, by their names and by what they hold."""

from quanqu.doors.connectors.rules.guessing.guess import (
    FIELDS,
    NEEDED,
    SHAPES,
    Given,
    Guess,
    guess,
)

__all__ = ["FIELDS", "NEEDED", "SHAPES", "Given", "Guess", "guess"]
