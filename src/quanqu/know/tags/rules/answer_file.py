"""Reads a file of answers (CSV): customer and right or wrong, line by line."""

import csv
import io
from collections.abc import Iterator
from typing import Final

from quanqu.kernel.ids import MalformedIdError, decode
from quanqu.know.tags.contracts import Answer, AnswerFileError, RejectedAnswer

NEEDED: Final = ("customer", "answer")
MOST_LINES: Final = 10_000
MOST_BYTES: Final = 2_000_000
_RIGHT: Final = frozenset({"right", "yes", "true", "1", "对", "正确"})
_WRONG: Final = frozenset({"wrong", "no", "false", "0", "错", "错误"})


def read_answers(content: bytes) -> tuple[list[tuple[int, Answer]], list[RejectedAnswer]]:
    """Return the good lines with their numbers, and the rejected ones with the reason.

    Shapes: UTF-8, a header with `customer` (an id, cus_…) and `answer` (right or wrong).
    Raises: AnswerFileError when the file as a whole cannot be read.
    """
    good: list[tuple[int, Answer]] = []
    bad: list[RejectedAnswer] = []
    for line, row in _rows(content):
        said = (row["answer"] or "").strip().lower()
        if said not in _RIGHT | _WRONG:
            bad.append(RejectedAnswer(line, "the answer is neither right nor wrong"))
            continue
        try:
            customer = decode("cus", (row["customer"] or "").strip())
        except MalformedIdError:
            bad.append(RejectedAnswer(line, "this is no id of a customer"))
            continue
        good.append((line, Answer(customer, said in _RIGHT)))
    return good, bad


def _rows(content: bytes) -> Iterator[tuple[int, dict[str, str | None]]]:
    if len(content) > MOST_BYTES:
        raise AnswerFileError(problem=f"it is larger than {MOST_BYTES} bytes")
    try:
        text = content.decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
        if missing:
            raise AnswerFileError(problem=f"it has no column {missing[0]}")
        for number, row in enumerate(reader, start=1):
            if number > MOST_LINES:
                raise AnswerFileError(problem=f"it has more than {MOST_LINES} lines")
            yield number + 1, row
    except UnicodeDecodeError:
        raise AnswerFileError(problem="it is not UTF-8") from None
    except csv.Error as error:
        raise AnswerFileError(problem=str(error)) from None
