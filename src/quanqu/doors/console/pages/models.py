"""Models: the list, the form that begins one, and the audiences made of its scores."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.model_words import BASES, STATES
from quanqu.doors.console.rules.numbers import decimal_text, grouped
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel import ids
from quanqu.kernel.errors import InvalidError, RefusedError
from quanqu.know.audiences.facade import get_audience
from quanqu.learn.predict.contracts import LearningBasis, ModelRow, TrainingState
from quanqu.learn.predict.facade import (
    create_model,
    find_model_of,
    list_models,
    make_similar_audience,
    train_model,
)

__all__ = ["ModelAudience", "ModelTraining", "ModelsPage", "SimilarPage", "state_of"]

_LONGEST_NUMBER = 12


class ModelsPage(ConsoleView):
    """The models of the audiences in scope."""

    page_code = "models"
    permission = "audiences.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them, newest first."""
        cursor = request.GET.get("cursor") or None
        found = list_models(actor=self.frame.actor, cursor=cursor)
        context = {
            "rows": [_line(self.frame, row) for row in found.items],
            "next_cursor": found.next_cursor,
            "may_manage": self.frame.person.can("audiences.manage"),
        }
        return self.page("console/models/list.html", context)


class SimilarPage(ConsoleView):
    """Begin to look for people like the members of an audience."""

    page_code = "audiences"
    permission = "audiences.manage"
    is_detail = True

    def get(self, request: HttpRequest, audience_id: str) -> HttpResponse:
        """Show what it takes; where there is a model already, lead to it."""
        identity = ids.decode("aud", audience_id)
        audience = get_audience(actor=self.frame.actor, audience_id=identity)
        model = find_model_of(actor=self.frame.actor, audience_id=identity)
        if model is not None:
            return redirect(_href(self.frame, model))
        context = {
            "audience": audience,
            "audience_id": audience_id,
            "bases": [(one.value, BASES[one]) for one in LearningBasis],
        }
        return self.page("console/models/new.html", context)

    def post(self, request: HttpRequest, audience_id: str) -> HttpResponse:
        """Queue the training and go where its progress is seen."""
        model = create_model(
            actor=self.frame.actor,
            audience_id=ids.decode("aud", audience_id),
            basis=request.POST.get("basis", LearningBasis.CONSENT.value),
            now=self.frame.now,
        )
        messages.success(request, _("The training is queued. You can leave this page."))
        return redirect(_href(self.frame, model))


class ModelTraining(ConsoleView):
    """Train a model anew."""

    page_code = "models"
    permission = "audiences.manage"

    def post(self, request: HttpRequest, model_id: str) -> HttpResponse:
        """Queue it; the scores in force stay meanwhile."""
        model = train_model(
            actor=self.frame.actor,
            model_id=ids.decode("mdl", model_id),
            basis=request.POST.get("basis", LearningBasis.CONSENT.value),
            now=self.frame.now,
        )
        messages.success(request, _("The training is queued. You can leave this page."))
        return redirect(_href(self.frame, model))


class ModelAudience(ConsoleView):
    """Make an audience of the most similar people."""

    page_code = "models"
    permission = "audiences.manage"

    def post(self, request: HttpRequest, model_id: str) -> HttpResponse:
        """Save it and open it; what is wrong is said on the model's page."""
        frame = self.frame
        back = frame.link(reverse("console:model", args=[model_id]))
        try:
            made = make_similar_audience(
                actor=frame.actor,
                model_id=ids.decode("mdl", model_id),
                name=request.POST.get("name", ""),
                now=frame.now,
                **_size(request.POST.get("size", ""), request.POST.get("people", "")),
            )
        except (InvalidError, RefusedError) as error:
            messages.error(request, said(error))
            return redirect(back)
        messages.success(request, _("The audience is saved; its members are being worked out."))
        return redirect(frame.link(reverse("console:audience", args=[ids.encode("aud", made.id)])))


def state_of(model: ModelRow) -> dict[str, Any]:
    """Return the state of a model as a chip: that of its last training, unless that one ended
    without scores and those of an earlier one are in force."""
    is_over = model.last.state in (TrainingState.REFUSED, TrainingState.FAILED)
    state = TrainingState.DONE if is_over and model.in_force else model.last.state
    title, tone, icon = STATES[state]
    return {"title": title, "tone": tone, "icon": icon}


def _line(frame: Frame, row: ModelRow) -> dict[str, Any]:
    card = row.in_force.card if row.in_force else None
    return {
        "row": row,
        "name": frame.audience_names.get(row.audience_id, ""),
        "href": _href(frame, row),
        "state": state_of(row),
        "auc": decimal_text(card.auc.value, 3) if card else "–",
        "lift": f"{decimal_text(card.lift.value, 1)}×" if card else "–",
        "scored": grouped(card.scored) if card else "–",
    }


def _href(frame: Frame, row: ModelRow) -> str:
    return frame.link(reverse("console:model", args=[ids.encode("mdl", row.id)]))


def _size(size: str, people: str) -> dict[str, Any]:
    """Read a size: a share of the choices, or a number of people; nonsense is refused below."""
    if size != "people":
        known = {"1": 0.01, "5": 0.05, "10": 0.1}
        return {"rate": known.get(size, 0.0)}
    text = people.strip().replace(",", "").replace(" ", "")
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return {"people": int(text) if is_number else 0}
