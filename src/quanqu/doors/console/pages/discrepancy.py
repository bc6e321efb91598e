"""What differs of one transfer: decided line by line, claims answered, decisions taken back."""

import secrets
from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import chip
from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.discrepancies import open_chip
from quanqu.doors.console.pages.discrepancy_words import DECISION_STATES, DECISIONS
from quanqu.kernel.errors import InvalidError, RefusedError
from quanqu.kernel.ids import decode
from quanqu.kernel.money import Money
from quanqu.sell.catalog.contracts import VariantLabel
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.inventory import facade
from quanqu.sell.inventory.contracts import (
    OF_SURPLUS,
    ClaimEnding,
    Decision,
    DecisionDraft,
    DecisionKind,
    DecisionState,
    Discrepancy,
    TransferLine,
)

__all__ = ["DiscrepancyPage"]

_LARGEST: Final = 10
_AT_SENDER: Final = frozenset({DecisionKind.FOUND_AT_SENDER, DecisionKind.SURPLUS_FROM_SENDER})
_DONE: Final[dict[str, Promise]] = {
    "decide": gettext_lazy("It is decided."),
    "settled": gettext_lazy("The claim is settled."),
    "given_up": gettext_lazy("The claim is written off."),
    "undo": gettext_lazy("It is taken back."),
}


class DiscrepancyPage(ConsoleView):
    """A transfer's differences with what can be decided about each."""

    page_code = "transfers"
    permission = "stock.view"
    is_detail = True

    def get(self, request: HttpRequest, transfer_id: str) -> HttpResponse:
        """Show it."""
        return self._show(transfer_id, {}, "", 200)

    def post(self, request: HttpRequest, transfer_id: str) -> HttpResponse:
        """Do what the button says, or say why not and keep what was typed."""
        form, act = request.POST, request.POST.get("act", "")
        acts: dict[str, Callable[[str], Discrepancy]] = {
            "decide": self._decide,
            "settled": self._end,
            "given_up": self._end,
            "undo": self._undo,
        }
        try:
            if act in acts:
                acts[act](transfer_id)
                messages.success(request, str(_DONE[act]))
        except (InvalidError, RefusedError) as error:
            return self._show(transfer_id, form, said(error), 422)
        return redirect(self.frame.link(reverse("console:discrepancy", args=[transfer_id])))

    def _decide(self, transfer_id: str) -> Discrepancy:
        form = self.request.POST
        kind = form.get("kind", "")
        told = DecisionKind(kind) if kind in set(DecisionKind) else DecisionKind.WRITTEN_OFF
        amount = form.get("amount", "").strip()[:24] if told is DecisionKind.CLAIMED else ""
        return facade.decide_discrepancy(
            actor=self.frame.person,
            transfer_id=decode("trf", transfer_id),
            told=DecisionDraft(
                _number(form.get("line", "")),
                told,
                _number(form.get("quantity", "")),
                form.get("note", "").strip(),
                Money.parse(amount, _currency(form.get("currency", ""))) if amount else None,
            ),
            once=form.get("once", "")[:64] or secrets.token_hex(32),
            now=self.frame.now,
        )

    def _end(self, transfer_id: str) -> Discrepancy:
        form, ending = self.request.POST, ClaimEnding(self.request.POST["act"])
        amount = form.get("amount", "").strip()[:24] if ending is ClaimEnding.SETTLED else ""
        return facade.end_claim(
            actor=self.frame.person,
            transfer_id=decode("trf", transfer_id),
            number=_number(form.get("number", "")),
            ending=ending,
            amount=Money.parse(amount, _currency(form.get("currency", ""))) if amount else None,
            note=form.get("note", "").strip(),
            now=self.frame.now,
        )

    def _undo(self, transfer_id: str) -> Discrepancy:
        form = self.request.POST
        state = form.get("state", "")
        return facade.undo_decision(
            actor=self.frame.person,
            transfer_id=decode("trf", transfer_id),
            number=_number(form.get("number", "")),
            state=DecisionState(state) if state in set(DecisionState) else DecisionState.UNDONE,
            now=self.frame.now,
        )

    def _show(self, transfer_id: str, typed: Any, mistake: str, status: int) -> HttpResponse:
        frame = self.frame
        found = facade.get_discrepancy(actor=frame.actor, transfer_id=decode("trf", transfer_id))
        transfer = found.transfer
        labels = variant_labels(variant_keys={line.variant_key for line in transfer.lines})
        by_line = {line.line_no: labels[line.variant_key] for line in transfer.lines}
        sends, receives = self._may(transfer.from_place_key), self._may(transfer.to_place_key)
        context = {
            "found": found,
            "transfer": transfer,
            "transfer_id": transfer_id,
            "origin": frame.places[transfer.from_place_key],
            "target": frame.places[transfer.to_place_key],
            "state": open_chip(found),
            "lines": [
                self._line(line, by_line, found, (sends, receives))
                | {"typed": typed if typed.get("line") == str(line.line_no) else {}}
                for line in transfer.lines
                if line.remaining or line.surplus or line.lost or line.returned
            ],
            "decisions": [self._decision(one, by_line, sends, receives) for one in found.decisions],
            "currency": frame.places[transfer.to_place_key].currency,
            "once": secrets.token_hex(32),
            "mistake": mistake,
        }
        return self.page("console/stock/discrepancy.html", context, status)

    def _line(
        self,
        line: TransferLine,
        labels: dict[int, VariantLabel],
        found: Discrepancy,
        may: tuple[bool, bool],
    ) -> dict[str, Any]:
        sends, receives = may
        short = line.remaining if found.short_open else 0
        ways = [
            (kind.value, words[0])
            for kind, words in DECISIONS.items()
            if (line.surplus_open if kind in OF_SURPLUS else short)
            and (sends if kind in _AT_SENDER else receives)
        ]
        return {
            "line": line,
            "label": labels[line.line_no],
            "short": short,
            "over": line.surplus_open,
            "most": max(short, line.surplus_open),
            "ways": ways,
            "may_claim": bool(short and receives),
        }

    def _decision(
        self, one: Decision, labels: dict[int, VariantLabel], sends: bool, receives: bool
    ) -> dict[str, Any]:
        may = sends if one.kind in _AT_SENDER else receives
        title, tone, icon = DECISION_STATES[one.state]
        return {
            "row": one,
            "label": labels[one.line_no],
            "kind": DECISIONS[one.kind][1],
            "state": chip(str(title), tone, icon),
            "may_end": may and one.state is DecisionState.OPEN,
            "may_undo": may and one.state is not DecisionState.UNDONE,
            "steps": [
                (step, DECISION_STATES[step.state][0] if at else DECISIONS[one.kind][1])
                for at, step in enumerate(one.steps)
            ],
        }

    def _may(self, place_key: int) -> bool:
        scope = self.frame.person.scope("stock.manage")
        return scope.everything or place_key in scope.places


def _number(text: str) -> int:
    """Return the number a field has; 0, which is refused, where it has none."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LARGEST else 0


def _currency(text: str) -> str:
    return text.strip().upper()[:3]
