"""Matching: the last run, the model in words, what answers taught, and the history of runs."""

from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.matching_words import DETAILS, ERRORS, LEVELS, STEPS
from quanqu.doors.console.rules.numbers import decimal_text, grouped, rate_text
from quanqu.kernel import ids
from quanqu.know.matching.contracts import DetailWeights, RunRow, RunState
from quanqu.know.matching.facade import (
    find_model,
    get_learnt,
    list_runs,
    start_run,
    undo_run,
)

__all__ = ["MatchingPage", "MatchingProgress", "MatchingRun", "MatchingUndo", "bits"]

_ACTIVE: Final = (RunState.QUEUED, RunState.RUNNING)
_WIDEST_BITS: Final = 20.0
_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """A level drawn from the middle: what speaks for the same person to the right."""

    name: str
    text: str
    start: float
    width: float
    is_for: bool


def bits(weight: float) -> str:
    """Write a weight with its sign: +3.2."""
    return f"{'+' if weight > 0 else '−' if weight < 0 else ''}{decimal_text(abs(weight), 1)}"


def bar(name: str, weight: float) -> Bar:
    """Draw a weight on a scale of twenty bits either way."""
    length = 50 * min(abs(weight), _WIDEST_BITS) / _WIDEST_BITS
    start = 50.0 if weight >= 0 else 50 - length
    return Bar(name, bits(weight), round(start, 2), round(length, 2), weight >= 0)


class MatchingPage(ConsoleView):
    """What the model believes, what it did, and how to have it run."""

    page_code = "matching"
    permission = "customers.manage"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the last run first; before the first one, what matching is for."""
        actor = self.frame.person
        runs = list_runs(actor=actor, limit=_SHOWN).items
        model = find_model(actor=actor)
        done = [run for run in runs if run.state is RunState.DONE]
        context = {
            "runs": [_view(run) for run in runs],
            "active": _progress(runs[0]) if runs and runs[0].state in _ACTIVE else None,
            "last": _view(done[0]) if done else None,
            "model": model,
            "details": [_detail(one) for one in model.details] if model else [],
            "learnt": (taught := get_learnt(actor=actor)),
            "shift": bits(taught.shift_bits),
        }
        return self.page("console/matching/page.html", context)


class MatchingProgress(ConsoleView):
    """The run under way, as a fragment that renews itself."""

    page_code = "matching"
    permission = "customers.manage"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Draw the bar; once the run has ended, have the page drawn anew."""
        runs = list_runs(actor=self.frame.person, limit=1).items
        if runs and runs[0].state in _ACTIVE:
            context = {"active": _progress(runs[0])}
            return self.page("console/matching/progress.html", context)
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response


class MatchingRun(ConsoleView):
    """Start a run."""

    page_code = "matching"
    permission = "customers.manage"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Queue it and go back to where its progress is seen."""
        start_run(actor=self.frame.person, now=self.frame.now)
        messages.success(request, _("The run is queued. You can leave this page."))
        return redirect(self.frame.link(reverse("console:matching")))


class MatchingUndo(ConsoleView):
    """Take the links of a run back."""

    page_code = "matching"
    permission = "customers.manage"

    def post(self, request: HttpRequest, run_id: str) -> HttpResponse:
        """Undo it and say so."""
        undo_run(actor=self.frame.person, run_id=ids.decode("mrn", run_id), now=self.frame.now)
        messages.success(request, _("The links of the run are taken back; the pairs wait for you."))
        return redirect(self.frame.link(reverse("console:matching")))


def _progress(run: RunRow) -> dict[str, Any]:
    label = STEPS[min(run.step, len(STEPS) - 1)] if run.state is RunState.RUNNING else STEPS[0]
    return {"total": len(STEPS), "done": run.step, "label": label, "figures": ()}


def _view(run: RunRow) -> dict[str, Any]:
    linked = ngettext("%(n)s pair linked", "%(n)s pairs linked", run.linked)
    return {
        "row": run,
        "id": ids.encode("mrn", run.id),
        "linked": linked % {"n": grouped(run.linked)},
        "upper": rate_text(run.upper) if run.upper is not None else "–",
        "lower": rate_text(run.lower) if run.lower is not None else "–",
        "false_links": decimal_text(run.false_links or 0.0, 1),
        "missed": decimal_text(run.missed or 0.0, 1),
        "shift": bits(run.shift_bits),
        "is_failed": run.state is RunState.FAILED,
        "is_active": run.state in _ACTIVE,
        "may_undo": run.state is RunState.DONE and run.linked > 0,
        "error": ERRORS.get(run.error, run.error),
    }


def _detail(detail: DetailWeights) -> dict[str, Any]:
    return {
        "code": detail.detail,
        "title": DETAILS.get(detail.detail, detail.detail),
        "bars": [
            {
                "drawn": bar(str(LEVELS.get(level.code, level.code)), level.weight),
                "m": rate_text(level.m),
                "u": rate_text(level.u),
            }
            for level in detail.levels
        ],
    }
