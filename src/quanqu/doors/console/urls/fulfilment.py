"""The addresses of fulfilment."""

from typing import Final

from django.urls import URLPattern, path

from quanqu.doors.console.pages import (
    carriers,
    fulfilment,
    parcel,
    parcels,
    part_work,
    pick_list,
    pick_lists,
    pickups,
    reservation,
    slots,
)

__all__ = ["PATTERNS"]

_PART: Final = "fulfilment/orders/<str:live_order_id>/parts/<int:part_no>"
PATTERNS: Final[list[URLPattern]] = [
    path("fulfilment", fulfilment.FulfilmentPage.as_view(), name="fulfilment"),
    path("fulfilment/waves", fulfilment.WaveNew.as_view(), name="wave_new"),
    path(
        "fulfilment/figures",
        fulfilment.FulfilmentFiguresPage.as_view(),
        name="fulfilment_figures",
    ),
    path("fulfilment/lists", pick_lists.PickListsPage.as_view(), name="pick_lists"),
    path("fulfilment/lists/<str:pick_list_id>", pick_list.PickListPage.as_view(), name="pick_list"),
    path(
        "fulfilment/lists/<str:pick_list_id>/acts",
        pick_list.PickListAct.as_view(),
        name="pick_list_act",
    ),
    path(_PART, part_work.PartWorkPage.as_view(), name="part_work"),
    path(f"{_PART}/acts", part_work.PartAct.as_view(), name="part_act"),
    path("fulfilment/pickups", pickups.PickupsPage.as_view(), name="pickups"),
    path("fulfilment/pickups/rule", pickups.PickupsRule.as_view(), name="pickups_rule"),
    path(
        "fulfilment/pickups/reservation-rule",
        reservation.ReserveRulePage.as_view(),
        name="reserve_rule",
    ),
    path(
        "fulfilment/reservations/<str:reservation_id>",
        reservation.ReservationPage.as_view(),
        name="reservation",
    ),
    path("fulfilment/slots", slots.SlotsPage.as_view(), name="slots"),
    path("fulfilment/parcels", parcels.ParcelsPage.as_view(), name="parcels"),
    path("fulfilment/parcels/<str:parcel_id>", parcel.ParcelPage.as_view(), name="parcel"),
    path(
        "fulfilment/parcels/<str:parcel_id>/label",
        parcel.ParcelLabel.as_view(),
        name="parcel_label",
    ),
    path("fulfilment/parcels/<str:parcel_id>/acts", parcel.ParcelAct.as_view(), name="parcel_act"),
    path("fulfilment/carriers", carriers.CarriersPage.as_view(), name="carriers"),
    path("fulfilment/carriers/<str:carrier_id>", carriers.CarrierPage.as_view(), name="carrier"),
    path(
        "fulfilment/carriers/<str:carrier_id>/tariffs",
        carriers.TariffUpload.as_view(),
        name="tariff_upload",
    ),
    path(
        "fulfilment/carriers/<str:carrier_id>/secret",
        carriers.CarrierSecret.as_view(),
        name="carrier_secret",
    ),
]
