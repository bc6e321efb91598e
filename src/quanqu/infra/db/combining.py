"""Many threads ask, one at a time decides for all that wait: contention makes larger sets.

The first to ask leads: it decides what has come by then, as one set, and hands the lead on.  Alone
it decides for itself at once, so nothing is slower for an item that nobody fights for; of an item
that everybody wants, one transaction answers as many as came during the last one, in the order
they came.  Source: flat combining, Hendler, Incze, Shavit, Tzafrir, SPAA 2010.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["Combiner", "Outcome"]

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Answer]):
    """What came of a question or of some work: what it gave, or the error it ended with."""

    value: Answer | None = None
    error: BaseException | None = None

    def get(self) -> Answer:
        """Return what it gave, or raise what it ended with."""
        if self.error is not None:
            raise self.error
        return self.value  # type: ignore[return-value]


class _Ticket(Generic[Asked, Answer]):
    """One who waits: for an answer, or for the lead."""

    __slots__ = ("answer", "asked", "error", "is_done", "turn")

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.answer: Answer | None = None
        self.error: BaseException | None = None
        self.is_done = False
        self.turn = threading.Lock()
        self.turn.acquire()


class Combiner(Generic[Asked, Answer]):
    """Answers questions in sets of at most `most`, each set by one call of `decide`.

    `decide` gets them in the order they came and returns an answer for each.  When it fails for a
    set, those of the set are asked again one by one: a question nobody can answer fails alone.
    """

    def __init__(self, decide: Callable[[Sequence[Asked]], Sequence[Answer]], *, most: int) -> None:
        self._decide, self._most = decide, most
        self._guard = threading.Lock()
        self._waiting: deque[_Ticket[Asked, Answer]] = deque()
        self._is_led = False

    def ask(self, asked: Asked) -> Answer:
        """Return the answer to one question, or raise what deciding it raised."""
        return self.ask_many([asked])[0].get()

    def ask_many(self, asked: Sequence[Asked]) -> list[Outcome[Answer]]:
        """Return what came of each of several questions of one thread, in their order."""
        tickets: list[_Ticket[Asked, Answer]] = [_Ticket(one) for one in asked]
        with self._guard:
            self._waiting.extend(tickets)
            leads = bool(tickets) and not self._is_led
            self._is_led |= leads
        if leads:
            self._lead(tickets)
        for ticket in tickets:
            if ticket.is_done:
                continue
            ticket.turn.acquire()
            if not ticket.is_done:  # woken to lead
                self._lead(tickets)
        return [Outcome(one.answer, one.error) for one in tickets]

    def _lead(self, own: Sequence[_Ticket[Asked, Answer]]) -> None:
        """Decide sets until one's own questions are answered; then hand the lead on."""
        taken: list[_Ticket[Asked, Answer]] = []
        try:
            while not all(one.is_done for one in own):
                with self._guard:
                    count = min(len(self._waiting), self._most)
                    taken = [self._waiting.popleft() for _ in range(count)]
                self._answer(taken)
                _tell(taken)
        except BaseException as error:
            for ticket in taken:
                ticket.error = error
            _tell(taken)
            raise
        finally:
            with self._guard:
                heir = self._waiting[0] if self._waiting else None
                self._is_led = heir is not None
            if heir is not None:
                heir.turn.release()

    def _answer(self, tickets: list[_Ticket[Asked, Answer]]) -> None:
        try:
            answers = self._decide([ticket.asked for ticket in tickets])
        except Exception as error:  # noqa: BLE001 - it is raised where it was asked
            if len(tickets) == 1:
                tickets[0].error = error
                return
            for ticket in tickets:
                self._answer([ticket])
            return
        for ticket, answer in zip(tickets, answers, strict=True):
            ticket.answer = answer


def _tell(tickets: list[_Ticket[Asked, Answer]]) -> None:
    """Wake those whose questions are answered."""
    for ticket in tickets:
        if not ticket.is_done:
            ticket.is_done = True
            ticket.turn.release()
