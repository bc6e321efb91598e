"""Sources: made by who may, keys shown once and rotated with overlap."""

from datetime import timedelta

import pytest
from tests.builders.org import make_place
from tests.builders.timeline import NOW, make_source, reader

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.org.contracts import UnitNotFoundError
from quanqu.know.timeline import facade
from quanqu.know.timeline.contracts import (
    SourceChange,
    SourceCodeTakenError,
    SourceDraft,
    SourceInputError,
    SourceNotFoundError,
)
from quanqu.know.timeline.models import WriteKey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("timeline_lake")]


def test_a_write_key_is_shown_once_and_kept_as_a_hash() -> None:
    issued = make_source()

    stored = bytes(WriteKey.objects.get().key_hash)

    assert issued.write_key.encode() not in stored
    assert issued.source.key_hints == (issued.write_key[-4:],)


def test_rotation_leaves_the_old_key_working_for_a_while() -> None:
    first = make_source()
    second = facade.rotate_write_key(
        actor=SYSTEM, source_id=first.source.id, overlap=timedelta(hours=1), now=NOW
    )

    def works(write_key: str, hours: float) -> bool:
        moment = NOW + timedelta(hours=hours)
        return facade.find_tracking_source(write_key=write_key, now=moment) is not None

    assert works(first.write_key, 0.5)
    assert works(second.write_key, 0.5)
    assert not works(first.write_key, 1.5)
    assert works(second.write_key, 1.5)


def test_a_second_rotation_does_not_lengthen_the_life_of_the_oldest_key() -> None:
    first = make_source()
    facade.rotate_write_key(
        actor=SYSTEM, source_id=first.source.id, overlap=timedelta(hours=1), now=NOW
    )
    facade.rotate_write_key(
        actor=SYSTEM, source_id=first.source.id, overlap=timedelta(hours=9), now=NOW
    )

    ends = WriteKey.objects.order_by("key").values_list("expires_at", flat=True)

    assert list(ends) == [NOW + timedelta(hours=1), NOW + timedelta(hours=9), None]


def test_a_source_is_made_where_the_actor_manages() -> None:
    place = make_place("shop")
    actor = reader(places=[place.key], can=("view", "manage"))

    made = facade.create_source(
        actor=actor, draft=SourceDraft("Shop pages", place_key=place.key), now=NOW
    )

    assert made.source.code == "shop-pages"
    other = make_place("other").key
    with pytest.raises(UnitNotFoundError):
        facade.create_source(actor=actor, draft=SourceDraft("B", place_key=other), now=NOW)
    with pytest.raises(NotAllowedError):
        facade.create_source(actor=actor, draft=SourceDraft("C"), now=NOW)
    with pytest.raises(NotAllowedError):
        facade.create_source(actor=reader(places=[place.key]), draft=SourceDraft("D"), now=NOW)


def test_a_reader_lists_the_sources_of_the_scope() -> None:
    north = make_source("n", place="north")
    south = make_source("s", place="south")
    make_source("x", place=None)
    actor = reader(places=[make_place("north").key])

    page = facade.list_sources(actor=actor, now=NOW)

    assert [source.code for source in page.items] == ["n"]
    assert facade.list_sources(actor=SYSTEM, limit=2, now=NOW).next_cursor is not None
    assert facade.get_source(actor=actor, source_id=north.source.id, now=NOW).code == "n"
    with pytest.raises(SourceNotFoundError):
        facade.get_source(actor=actor, source_id=south.source.id, now=NOW)


def test_a_change_keeps_what_is_not_named() -> None:
    issued = make_source(rate_limit=5)

    change = SourceChange(name="New name", allowed_origins=("https://Shop.example/",))
    changed = facade.change_source(actor=SYSTEM, source_id=issued.source.id, change=change, now=NOW)

    assert (changed.name, changed.rate_limit, changed.is_enabled) == ("New name", 5, True)
    assert changed.allowed_origins == ("https://shop.example",)


def test_codes_are_unique_and_ensured_sources_are_found_again() -> None:
    make_source("web")

    with pytest.raises(SourceCodeTakenError):
        make_source("web")
    again = facade.ensure_source(draft=SourceDraft("Any name", code="web"), now=NOW)
    assert again.name == "Source web"
    made = facade.ensure_source(draft=SourceDraft("Orders", code="orders"), now=NOW)
    assert facade.find_source(code="orders", now=NOW) == made
    assert facade.find_source(code="none", now=NOW) is None


@pytest.mark.parametrize(
    "draft",
    [
        SourceDraft(" "),
        SourceDraft("Web", code="has space"),
        SourceDraft("中文"),
        SourceDraft("Web", allowed_origins=("shop.example",)),
        SourceDraft("Web", allowed_origins=("https://shop.example/path",)),
        SourceDraft("Web", allowed_origins=("https://a@shop.example",)),
        SourceDraft("Web", allowed_origins=("https://shop.example:99999",)),
        SourceDraft("Web", rate_limit=-1),
    ],
)
def test_fields_that_make_no_sense_are_refused(draft: SourceDraft) -> None:
    with pytest.raises(SourceInputError):
        facade.create_source(actor=SYSTEM, draft=draft, now=NOW)
