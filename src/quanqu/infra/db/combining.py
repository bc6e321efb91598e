"""Many threads ask, one at a time decides for all that wait: contention makes larger sets.

The first to ask leads: it decides what has come by then, as one set, and hands the lead on.  Alone
it decides for itself at once, so nothing is slower for an item that nobody fights for; of an item
that everybody wants, one transaction answers as many as came during the last one, in the order
they came.  Source: flat combining, Hendler, Incze, Shavit, Tzafrir, SPAA 2010.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

__all__ = ["Combiner"]

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


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
        ticket: _Ticket[Asked, Answer] = _Ticket(asked)
        with self._guard:
            self._waiting.append(ticket)
            leads, self._is_led = not self._is_led, True
        if not leads:
            ticket.turn.acquire()
        if not ticket.is_done:
            self._lead(ticket)
        if ticket.error is not None:
            raise ticket.error
        return ticket.answer  # type: ignore[return-value]

    def _lead(self, own: _Ticket[Asked, Answer]) -> None:
        """Decide sets until one's own question is answered; then hand the lead on."""
        taken: list[_Ticket[Asked, Answer]] = []
        try:
            while not own.is_done:
                with self._guard:
                    count = min(len(self._waiting), self._most)
                    taken = [self._waiting.popleft() for _ in range(count)]
                self._answer(taken)
                _tell(taken, own)
        except BaseException as error:
            for ticket in taken:
                ticket.error = error
            _tell(taken, own)
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


def _tell(tickets: list[_Ticket[Asked, Answer]], own: _Ticket[Asked, Answer]) -> None:
    """Wake those whose questions are answered."""
    for ticket in tickets:
        if not ticket.is_done:
            ticket.is_done = True
            if ticket is not own:
                ticket.turn.release()
