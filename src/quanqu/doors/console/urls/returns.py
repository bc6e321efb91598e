"""The addresses of returns."""

from typing import Final

from django.urls import URLPattern, path

from quanqu.doors.console.pages import (
    return_acts,
    return_new,
    return_page,
    return_policy,
    returns,
)

__all__ = ["PATTERNS"]

PATTERNS: Final[list[URLPattern]] = [
    path("returns", returns.ReturnsPage.as_view(), name="returns"),
    path("returns/new", return_new.ReturnFind.as_view(), name="return_new"),
    path("returns/policy", return_policy.ReturnPolicyPage.as_view(), name="return_policy"),
    path("returns/policy/try", return_policy.ReturnPolicyTry.as_view(), name="return_policy_try"),
    path("returns/new/<str:order_id>", return_new.ReturnOpen.as_view(), name="return_open"),
    path("returns/new/<str:order_id>/check", return_new.ReturnCheck.as_view(), name="return_check"),
    path("returns/<str:rma_id>", return_page.ReturnPage.as_view(), name="return"),
    path("returns/<str:rma_id>/act", return_acts.ReturnAct.as_view(), name="return_act"),
    path(
        "returns/<str:rma_id>/receipt", return_page.ReturnReceipt.as_view(), name="return_receipt"
    ),
    path(
        "returns/<str:rma_id>/photos",
        return_acts.ReturnPhotoAdd.as_view(),
        name="return_photo_add",
    ),
    path(
        "returns/<str:rma_id>/photos/<str:photo_id>",
        return_acts.ReturnPhoto.as_view(),
        name="return_photo",
    ),
]
