"""One model: its card, its progress while it is trained, and what can be made of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.charts import Chart, Series, Unit
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.audience_words import sentence_of
from quanqu.doors.console.pages.consent_words import REASONS, TONES, purpose_name
from quanqu.doors.console.pages.model_words import (
    BASES,
    STATES,
    STEPS,
    feature_title,
    refusal_text,
)
from quanqu.doors.console.pages.models import state_of
from quanqu.doors.console.rules.numbers import decimal_text, rate_text
from quanqu.kernel import ids
from quanqu.know.audiences.contracts import AudienceRow
from quanqu.know.audiences.facade import get_audience
from quanqu.learn.predict.contracts import (
    Card,
    Counts,
    Estimate,
    LearningBasis,
    ModelRow,
    TrainingRow,
    TrainingState,
    Weight,
)
from quanqu.learn.predict.facade import get_lookalike, list_trainings

__all__ = ["ModelPage", "ModelProgress"]

_ACTIVE = (TrainingState.QUEUED, TrainingState.RUNNING)
_TRAININGS_SHOWN = 10


class ModelPage(ConsoleView):
    """The model card."""

    page_code = "models"
    permission = "audiences.view"
    is_detail = True

    def get(self, request: HttpRequest, model_id: str) -> HttpResponse:
        """Show the training in force, else the last one that ended; above it what is under way."""
        frame = self.frame
        model = get_lookalike(actor=frame.actor, model_id=ids.decode("mdl", model_id))
        audience = get_audience(actor=frame.actor, audience_id=model.audience_id)
        trainings = list_trainings(actor=frame.actor, model_id=model.id, limit=_TRAININGS_SHOWN)
        ended = [one for one in trainings.items if one.state not in _ACTIVE]
        shown = model.in_force or (ended[0] if ended else None)
        last = ended[0] if ended else None
        context = {
            "model": model,
            "model_id": model_id,
            "audience": audience,
            "audience_id": ids.encode("aud", audience.id),
            "sentence": sentence_of(audience, frame),
            "state": state_of(model),
            "active": _progress(model.last) if model.last.state in _ACTIVE else None,
            "problem": refusal_text(last.error, last.details) if last and last.error else "",
            "shown": self._training(shown) if shown else None,
            "refused": self._training(last) if last and last.counts and last != shown else None,
            "trainings": [self._line(one) for one in trainings.items],
            "bases": [(one.value, BASES[one]) for one in LearningBasis],
            "may_manage": frame.person.can("audiences.manage"),
            "name": self._name(audience, model),
        }
        return self.page("console/models/detail.html", context)

    def _name(self, audience: AudienceRow, model: ModelRow) -> str:
        return _("Similar to %(name)s") % {"name": audience.name} if model.in_force else ""

    def _training(self, row: TrainingRow) -> dict[str, Any]:
        return {
            "row": row,
            "basis": BASES[row.basis],
            "counts": _counts(row.counts) if row.counts else None,
            "card": self._card(row.card) if row.card else None,
        }

    def _card(self, card: Card) -> dict[str, Any]:
        widest = max((abs(one.weight) for one in card.weights), default=1.0) or 1.0
        return {
            "row": card,
            "auc": _estimate(card.auc, 3),
            "lift": _estimate(card.lift, 1),
            "plain_auc": _estimate(card.plain_auc, 3),
            "plain_lift": _estimate(card.plain_lift, 1),
            "plain_country": feature_title(f"country:{card.plain_country}", self.frame.language)
            if card.plain_country
            else "",
            "weights": [_weight(one, widest, self.frame.language) for one in card.weights],
            "is_shared": any(one.is_shared for one in card.weights),
            "constant": ", ".join(feature_title(c, self.frame.language) for c in card.constant),
            "chart": _chart(card),
        }

    def _line(self, row: TrainingRow) -> dict[str, Any]:
        title, tone, icon = STATES[row.state]
        return {
            "row": row,
            "title": title if row.state is not TrainingState.DONE else _("trained"),
            "tone": tone,
            "icon": icon,
            "auc": decimal_text(row.card.auc.value, 3) if row.card else "",
        }


class ModelProgress(ConsoleView):
    """The training under way, as a fragment that renews itself."""

    page_code = "models"
    permission = "audiences.view"

    def get(self, request: HttpRequest, model_id: str) -> HttpResponse:
        """Draw the bar; once the training has ended, have the page drawn anew."""
        model = get_lookalike(actor=self.frame.actor, model_id=ids.decode("mdl", model_id))
        if model.last.state in _ACTIVE:
            context = {"active": _progress(model.last), "model_id": model_id}
            return self.page("console/models/progress.html", context)
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response


def _progress(row: TrainingRow) -> dict[str, Any]:
    label = STEPS[min(row.step, len(STEPS) - 1)]
    return {"total": len(STEPS), "done": row.step, "label": label, "figures": ()}


def _estimate(found: Estimate, digits: int) -> dict[str, str]:
    value, low, high = (decimal_text(one, digits) for one in (found.value, found.low, found.high))
    return {"value": value, "low": low, "high": high}


def _counts(counts: Counts) -> dict[str, Any]:
    return {
        "row": counts,
        "left_out_total": sum(one.people for one in counts.left_out),
        "left_out": [
            {
                "row": one,
                "purpose": purpose_name(one.purpose),
                "reason": REASONS.get(one.reason, one.reason),
                "tone": TONES.get(one.reason, ("", "minus"))[0],
                "icon": TONES.get(one.reason, ("", "minus"))[1],
            }
            for one in counts.left_out
        ],
    }


def _weight(one: Weight, widest: float, language: str) -> dict[str, Any]:
    """Draw a weight on the scale of the widest."""
    length = 50 * abs(one.weight) / widest
    shown = round(one.weight, 2)
    sign = "+" if shown > 0 else "−" if shown < 0 else ""
    return {
        "row": one,
        "title": feature_title(one.code, language),
        "text": f"{sign}{decimal_text(abs(one.weight), 2)}",
        "seed_mean": decimal_text(one.seed_mean, 2),
        "other_mean": decimal_text(one.other_mean, 2),
        "drawn": {
            "start": round(50.0 if one.weight >= 0 else 50 - length, 2),
            "width": round(length, 2),
            "is_for": one.weight >= 0,
        },
    }


def _chart(card: Card) -> Chart:
    expected = [one.expected for one in card.tenths]
    observed = [one.observed for one in card.tenths]
    best = rate_text(observed[0]) if observed else "–"
    return Chart(
        code="tenths",
        title=_("Does the model keep what it promises?"),
        description=_("Of the best tenth of the people tested on, %(rate)s are members.")
        % {"rate": best},
        kind="bars",
        label_title=_("Tenth"),
        labels=[str(number + 1) for number in range(len(card.tenths))],
        series=[
            Series(_("Share of members expected"), expected, slot=2),
            Series(_("Share of members found"), observed, slot=1),
        ],
        unit=Unit("rate"),
    )
