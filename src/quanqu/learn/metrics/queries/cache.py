"""Answers kept in the process for as long as the lake has not changed."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar

Answer = TypeVar("Answer")

_MOST: Final = 512

_answers: "OrderedDict[Hashable, Any]" = OrderedDict()
_guard = threading.Lock()


def remembered(key: Hashable, work: Callable[[], Answer]) -> Answer:
    """Return the answer kept under a key, or work it out; the least recently used go first."""
    with _guard:
        if key in _answers:
            _answers.move_to_end(key)
            found: Answer = _answers[key]
            return found
    answer = work()
    with _guard:
        _answers[key] = answer
        while len(_answers) > _MOST:
            _answers.popitem(last=False)
    return answer


def forget_answers() -> None:
    """Drop every answer."""
    with _guard:
        _answers.clear()
