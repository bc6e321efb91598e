"""Work that asks in its middle: of many such works, the questions are answered together.

A work is a generator that yields a `Question` and gets the answer.  Alone it waits for its own
answer; done side by side, works ask as one set what each would have asked by itself.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from quanqu.infra.db.combining import Combiner, Outcome

__all__ = ["Question", "Work", "do_alone", "do_together"]

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Question(Generic[Asked, Answer]):
    """What is asked, and who answers it."""

    combiner: Combiner[Asked, Answer]
    asked: Asked


Work = Generator[Question[Any, Any], Any, Told]


def do_alone(work: Work[Told]) -> Told:
    """Do one work and return what it gives, or raise what it raises."""
    return do_together([work])[0].get()


def do_together(works: Sequence[Work[Told]]) -> list[Outcome[Told]]:
    """Do works side by side, in one thread; return what came of each, in their order.

    One that fails ends alone.  An interruption (no `Exception`) ends all and is raised.
    """
    ended: dict[int, Outcome[Told]] = {}
    waiting: dict[int, Question[Any, Any]] = {}
    for at, work in enumerate(works):
        _go_on(at, work, Outcome(), waiting, ended)
    while waiting:
        combiner = next(iter(waiting.values())).combiner
        asking = [at for at, question in waiting.items() if question.combiner is combiner]
        answers = combiner.ask_many([waiting.pop(at).asked for at in asking])
        for at, answer in zip(asking, answers, strict=True):
            _go_on(at, works[at], answer, waiting, ended)
    return [ended[at] for at in range(len(works))]


def _go_on(
    at: int,
    work: Work[Told],
    answer: Outcome[Any],
    waiting: dict[int, Question[Any, Any]],
    ended: dict[int, Outcome[Told]],
) -> None:
    try:
        if answer.error is not None:
            waiting[at] = work.throw(answer.error)
        else:
            waiting[at] = work.send(answer.value)
    except StopIteration as end:
        ended[at] = Outcome(end.value)
    except Exception as error:  # noqa: BLE001 - it is told as what came of this work
        ended[at] = Outcome(error=error)
