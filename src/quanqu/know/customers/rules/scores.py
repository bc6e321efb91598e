"""What a score may be called and said to be, and in which tenth a place of an order lies."""

import math

from quanqu.know.customers.contracts import (
    SCORE_NAME,
    ScoreDraft,
    ScoreNameError,
    ScoreRangeError,
    ScoreTextError,
)

LONGEST_MEANING = 500
LONGEST_OWNER = 120


def check_score(draft: ScoreDraft) -> ScoreDraft:
    """Return the draft trimmed. Raises: ScoreNameError, ScoreTextError, ScoreRangeError."""
    if not SCORE_NAME.fullmatch(draft.name):
        raise ScoreNameError
    meaning, owner = draft.meaning.strip(), draft.owner.strip()
    if not _is_text(meaning, LONGEST_MEANING) or not _is_text(owner, LONGEST_OWNER):
        raise ScoreTextError
    bounds = [bound for bound in (draft.low, draft.high) if bound is not None]
    is_right = all(math.isfinite(bound) for bound in bounds)
    if not is_right or (len(bounds) > 1 and bounds[0] >= bounds[1]):
        raise ScoreRangeError
    return ScoreDraft(draft.name, meaning, owner, draft.low, draft.high)


def tenth_of(before: int, count: int) -> int:
    """Return the tenth, 1 the highest, of whoever has `before` others in front among `count`.

    When ten does not divide the number, the first tenths are one larger, as in SQL's ntile.
    """
    size, larger = divmod(count, 10)
    if before < larger * (size + 1):
        return before // (size + 1) + 1
    return larger + (before - larger * (size + 1)) // size + 1


def _is_text(text: str, longest: int) -> bool:
    return 1 <= len(text) <= longest and text.isprintable()
