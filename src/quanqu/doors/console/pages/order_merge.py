"""Take another open order of the same customer into an order, and make them two again."""

import secrets
from typing import Final
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.reason_words import said_reason
from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.money import Money
from quanqu.sell.checkout import facade
from quanqu.sell.checkout.contracts import OrderMerge

__all__ = ["OrderMergePage"]

_ONCE: Final = UUID("a0b7a7a1-4f0e-5c57-8d0f-7b9df0d4b8a2")


class OrderMergePage(ConsoleView):
    """The customer's open orders at the place, each with a button or with why it has none."""

    page_code = "orders"
    permission = "orders.manage"
    is_detail = True

    def get(self, request: HttpRequest, live_order_id: str) -> HttpResponse:
        """Show what could be taken in."""
        return self._draw(live_order_id)

    def post(self, request: HttpRequest, live_order_id: str) -> HttpResponse:
        """Merge or undo a merge, or say why not."""
        key, post = decode("ord", live_order_id), request.POST
        facade.get_live_order(actor=self.frame.person, order_id=key)
        try:
            if post.get("act") == "undo":
                merge_id = UUID(post.get("merge", ""))
                facade.unmerge_orders(
                    actor=self.frame.person, order_id=key, merge_id=merge_id, now=self.frame.now
                )
                messages.success(request, _("They are two orders again."))
            else:
                self._merge(key)
                messages.success(request, _("The orders are one now."))
        except ValueError:
            return self._draw(live_order_id, mistake=_("This cannot be done."))
        except (InvalidError, RefusedError, NotFoundError) as error:
            return self._draw(live_order_id, mistake=said(error))
        return redirect(self.frame.link(reverse("console:order", args=[live_order_id])))

    def _merge(self, key: UUID) -> None:
        post = self.request.POST
        once = post.get("once", "")[:100] or self.frame.now.isoformat()
        facade.merge_orders(
            actor=self.frame.person,
            merge=OrderMerge(
                id=uuid5(_ONCE, f"{self.frame.person.id} {key} {once}"),
                order_id=key,
                edition=int(post.get("edition", "")[:9]),
                gone_id=decode("ord", post.get("other", "")),
                gone_edition=int(post.get("other_edition", "")[:9]),
                reason=post.get("reason", "").strip().replace("\0", "")[:300],
            ),
            now=self.frame.now,
        )

    def _draw(self, order_id: str, *, mistake: str = "") -> HttpResponse:
        key = decode("ord", order_id)
        order = facade.get_live_order(actor=self.frame.person, order_id=key).order
        found = facade.merge_candidates(actor=self.frame.person, order_id=key)
        context = {
            "order": order,
            "order_id": order_id,
            "mistake": mistake,
            "total": Money(order.total_minor, order.currency),
            "rows": [
                {
                    "order": one.order,
                    "id": encode("ord", one.order.id),
                    "total": Money(one.order.total_minor, one.order.currency),
                    "sum": Money(one.order.total_minor + order.total_minor, order.currency),
                    "problem": said_reason(one.problem.value) if one.problem else "",
                    "once": secrets.token_hex(16),
                }
                for one in found
            ],
            "is_guest": order.subject_key is None,
        }
        return self.page("console/orders/merge.html", context, 422 if mistake else 200)
