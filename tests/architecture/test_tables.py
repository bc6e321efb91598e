"""Foreign keys look down; a table of another room is only pointed at, never joined back."""

from typing import Any

from django.apps import apps
from django.db import models

from quanqu.project.apps_list import INFRA, ROOMS

RANK = {path.split(".")[2]: rank for rank, path in enumerate([*INFRA, *ROOMS])}
OURS = {path.rpartition(".apps.")[0].rpartition(".")[2] for path in [*INFRA, *ROOMS]}


def relations() -> list[models.ForeignKey[Any, Any]]:
    return [
        field
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in OURS
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
    ]


def shown(field: models.ForeignKey[Any, Any]) -> str:
    return f"{field.model._meta.label}.{field.name} → {field.related_model._meta.label}"


def test_a_foreign_key_points_to_the_same_or_a_lower_rank() -> None:
    upward = [
        shown(field)
        for field in relations()
        if RANK.get(field.related_model._meta.app_label, -1) > RANK[field.model._meta.app_label]
    ]

    assert upward == []


def test_a_foreign_key_to_another_room_protects_and_leads_back_nowhere() -> None:
    across = [
        field
        for field in relations()
        if field.related_model._meta.app_label in OURS
        and field.related_model._meta.app_label != field.model._meta.app_label
    ]
    loose = [
        shown(field)
        for field in across
        if field.remote_field.on_delete is not models.PROTECT
        or field.remote_field.related_name != "+"
    ]

    assert loose == []


def test_every_room_has_its_label_and_number_keys() -> None:
    wrong = [
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in OURS and not model.__module__.startswith("quanqu.")
    ]

    assert wrong == []
    assert set(RANK) == OURS
