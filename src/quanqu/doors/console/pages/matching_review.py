"""The review: two customers side by side, why they may be one, and an answer."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.undo import offer_undo, read_undo
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.customer_words import FIELD_TITLES
from quanqu.doors.console.pages.matching import bar, bits
from quanqu.doors.console.pages.matching_words import ANSWERED, DETAILS, LEVELS
from quanqu.doors.console.rules.numbers import rate_text
from quanqu.kernel import ids
from quanqu.know.customers.contracts import CustomerDetail
from quanqu.know.customers.facade import get_customer, reveal_customer
from quanqu.know.matching.contracts import PairRow, PairState
from quanqu.know.matching.facade import (
    answer_pair,
    get_learnt,
    get_pair,
    next_pair,
    undo_answer,
)

__all__ = ["MatchingAnswer", "MatchingAnswerUndo", "MatchingReveal", "MatchingReview"]

# the fields that details come from: what is masked alike may differ all the same
_FIELDS: Final = {
    **dict.fromkeys(("given", "surname", "middle"), "name"),
    **dict.fromkeys(("street", "street_2", "street_number"), "street"),
    **{detail: detail for detail in ("email", "phone", "postcode", "region", "gender")},
    "birth": "birth_on",
    "locality": "city",
}
_ALIKE: Final = ("same", "same_han", "missing")


class MatchingReview(ConsoleView):
    """The open pair that teaches most."""

    page_code = "matching"
    permission = "customers.manage"
    is_detail = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it, or that nothing waits; the address may name another pair that is open."""
        return self.draw(self._named(request) or next_pair(actor=self.frame.person))

    def _named(self, request: HttpRequest) -> PairRow | None:
        if not (named := request.GET.get("pair")):
            return None
        pair = get_pair(actor=self.frame.person, pair_id=ids.decode("mpr", named))
        return pair if pair.state is PairState.OPEN else None

    def draw(self, pair: PairRow | None, **more: Any) -> HttpResponse:
        """Draw the pair; `clear` holds contact fields that were asked for in clear."""
        learnt = get_learnt(actor=self.frame.person)
        context = {
            "pair": pair,
            "learnt": learnt,
            "shift": bits(learnt.shift_bits),
            "done": learnt.answers + learnt.unsure,
            "total": learnt.answers + learnt.unsure + learnt.open_pairs,
            "may_reveal": self.frame.person.can("customers.reveal"),
            "last_id": self.request.GET.get("last", ""),
        }
        if pair is not None:
            context |= self._sides(pair, **more)
        return self.page("console/matching/review.html", context)

    def _sides(self, pair: PairRow, clear: tuple[dict[str, str], ...] = ()) -> dict[str, Any]:
        known = [
            get_customer(actor=self.frame.person, customer_id=one) if one else None
            for one in (pair.left_id, pair.right_id)
        ]
        values = [_values(one) for one in known]
        for shown, plain in zip(values, clear, strict=False):
            shown.update(plain)
        fields = [field for field in FIELD_TITLES if any(field in side for side in values)]
        unlike = {_FIELDS.get(one.detail) for one in pair.reasons if one.level not in _ALIKE}
        rows = [
            {
                "title": FIELD_TITLES[field],
                "left": values[0].get(field, ""),
                "right": values[1].get(field, ""),
                "differs": field in unlike or values[0].get(field) != values[1].get(field),
            }
            for field in fields
        ]
        return {
            "id": ids.encode("mpr", pair.id),
            "rate": rate_text(pair.probability),
            "rows": rows,
            "people": known,
            "ids": [ids.encode("cus", one) if one else "" for one in (pair.left_id, pair.right_id)],
            "reasons": [
                {
                    "title": DETAILS.get(one.detail, one.detail),
                    "level": LEVELS.get(one.level, one.level),
                    "drawn": bar("", one.weight + one.rarity),
                    "rarity": bits(one.rarity) if abs(one.rarity) >= 0.05 else "",
                }
                for one in pair.reasons
                if one.level != "missing"
            ],
            "missing": [
                DETAILS.get(one.detail, one.detail)
                for one in pair.reasons
                if one.level == "missing"
            ],
            "is_clear": bool(clear),
        }


class MatchingReveal(MatchingReview):
    """The pair with contact fields in clear; the look is noted in the trail."""

    permission = "customers.reveal"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pair_id: str) -> HttpResponse:
        """Show both customers in clear."""
        pair = get_pair(actor=self.frame.person, pair_id=ids.decode("mpr", pair_id))
        clear = tuple(
            dict(
                reveal_customer(
                    actor=self.frame.person, customer_id=one, now=self.frame.now
                ).contact
            )
            if one
            else {}
            for one in (pair.left_id, pair.right_id)
        )
        return self.draw(pair, clear=clear)


class MatchingAnswer(ConsoleView):
    """Answer a pair and go on to the next."""

    page_code = "matching"
    permission = "customers.manage"

    def post(self, request: HttpRequest, pair_id: str) -> HttpResponse:
        """Record the answer, with a way back."""
        answer = request.POST.get("answer", "")
        answer_pair(
            actor=self.frame.person,
            pair_id=ids.decode("mpr", pair_id),
            answer=answer,
            now=self.frame.now,
        )
        address = reverse("console:matching_answer_undo", args=[pair_id])
        offer_undo(request, str(ANSWERED[answer]), address, {"pair": pair_id})
        return redirect(self.frame.link(reverse("console:matching_review"), last=pair_id))


class MatchingAnswerUndo(ConsoleView):
    """Take an answer back, by the button of the toast or the key z."""

    page_code = "matching"
    permission = "customers.manage"

    def post(self, request: HttpRequest, pair_id: str) -> HttpResponse:
        """Undo it; the pair is asked about again."""
        noted = read_undo(request)
        if noted is None and "by_key" not in request.POST:
            messages.error(request, _("This can no longer be undone."))
        else:
            undo_answer(
                actor=self.frame.person, pair_id=ids.decode("mpr", pair_id), now=self.frame.now
            )
            messages.success(request, _("Undone."))
        return redirect(self.frame.link(reverse("console:matching_review")))


def _values(customer: CustomerDetail | None) -> dict[str, str]:
    return {one.field: one.value for one in customer.profile} if customer else {}
