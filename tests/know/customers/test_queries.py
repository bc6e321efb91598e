"""Lists, details, search, tags, merge by hand and reveal, inside a scope."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders.customers import NOW, later, make_actor, profile, resolve, seen_at
from tests.builders.org import make_place

from quanqu.infra.audit.contracts import AuditFilters
from quanqu.infra.audit.facade import list_entries
from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.errors import NotAllowedError, NotFoundError
from quanqu.kernel.ids import encode, new_id
from quanqu.kernel.paging import MalformedCursorError
from quanqu.know.customers.contracts import (
    AmbiguousLinkError,
    CustomerFilters,
    EvidenceWithdrawnError,
    Standing,
    TagDefinition,
    TagKind,
    TagNameError,
    TagRow,
    TagTextError,
    UnknownIdentifierTypeError,
)
from quanqu.know.customers.facade import (
    assign_tag,
    count_customers,
    customers_by_subject,
    define_tag,
    find_customers,
    get_customer,
    list_customers,
    list_customers_by_standing,
    list_known_ids,
    list_tag_definitions,
    list_tags,
    merge_customers,
    places_of_customers,
    remove_tag,
    reveal_customer,
    withdraw_evidence,
)
from quanqu.know.customers.models import Customer, Identifier
from quanqu.know.customers.queries.finding import MOST

pytestmark = pytest.mark.django_db
ALL = CustomerFilters()


@pytest.fixture
def three() -> list[int]:
    """Three customers: at place 1, at places 1 and 2, nowhere."""
    found = resolve(
        {"member_id": "shop:501", "email": "ann@shop.org", "phone": "+447946000123"},
        {"member_id": "shop:502"},
        {"member_id": "shop:503"},
        at=[later(1), later(2), later(3)],
    )
    keys = [key for key in found if key is not None]
    seen_at((keys[0], 1), (keys[1], 1), (keys[1], 2))
    profile(keys[0], name="Ann Lee", country="GB", city="Leeds", street="1 Road")
    profile(keys[1], name="李雷", country="CN")
    return keys


def _id(key: int) -> UUID:
    (row,) = customers_by_subject(actor=SYSTEM, subject_keys=[key]).values()
    return row.id


def test_customers_are_listed_newest_first_and_masked(three: list[int]) -> None:
    rows = list_customers(actor=make_actor(), filters=ALL).items

    assert [row.name for row in rows] == [None, "李*", "A*** L***"]
    assert [row.country for row in rows] == [None, "CN", "GB"]
    assert [found.hint for found in rows[2].identifiers] == [
        "501",
        "****0123",
        "a***@shop.org",
    ]


def test_only_customers_seen_in_the_scope_are_shown(three: list[int]) -> None:
    at_one, at_two, nobody = make_actor(places=[1]), make_actor(places=[2]), make_actor(places=[])

    assert count_customers(actor=at_one, filters=ALL) == 2
    assert count_customers(actor=at_two, filters=ALL) == 1
    assert count_customers(actor=nobody, filters=ALL) == 0
    assert count_customers(actor=at_two, filters=CustomerFilters(places=(1,))) == 0
    assert find_customers(actor=at_two, value="ann@shop.org") == ()
    assert customers_by_subject(actor=at_two, subject_keys=three).keys() == {three[1]}
    with pytest.raises(NotFoundError):
        get_customer(actor=at_two, customer_id=_id(three[0]))
    with pytest.raises(NotFoundError):
        reveal_customer(actor=at_two, customer_id=_id(three[0]), now=NOW)
    assert get_customer(actor=at_two, customer_id=_id(three[1])).places == (2,)


def test_without_the_permission_nothing_is_shown(three: list[int]) -> None:
    nothing = make_actor(rights=frozenset())

    for call in (
        lambda: list_customers(actor=nothing, filters=ALL),
        lambda: get_customer(actor=nothing, customer_id=_id(three[0])),
        lambda: find_customers(actor=nothing, value="x"),
        lambda: list_tags(actor=nothing),
        lambda: reveal_customer(actor=nothing, customer_id=_id(three[0]), now=NOW),
        lambda: assign_tag(actor=nothing, tag="a", customer_ids=[], now=NOW),
        lambda: merge_customers(actor=nothing, customer_id=new_id(), other_id=new_id(), now=NOW),
        lambda: withdraw_evidence(actor=nothing, evidence_key=1, now=NOW),
    ):
        with pytest.raises(NotAllowedError):
            call()


def test_filters_narrow(three: list[int]) -> None:
    assign_tag(actor=make_actor(), tag=" VIP ", customer_ids=[_id(three[1])], now=NOW)

    def keys(**filters: object) -> list[int]:
        page = list_customers(actor=make_actor(), filters=CustomerFilters(**filters))  # type: ignore[arg-type]
        return [row.identifiers[0].subject_key for row in page.items]

    assert keys(country="GB") == [three[0]]
    assert keys(tag="VIP") == [three[1]]
    assert keys(places=(2,)) == [three[1]]
    assert keys(channel="no such channel") == []
    assert keys(first_seen_from=later(2)) == [three[2], three[1]]
    assert keys(first_seen_before=later(2)) == [three[0]]


def test_customers_come_in_the_order_of_a_figure_page_by_page(three: list[int]) -> None:
    def pages(standing: Standing, actor: Actor = SYSTEM) -> list[int]:
        found, cursor = [], None
        while True:
            page = list_customers_by_standing(
                actor=actor, filters=ALL, standing=standing, cursor=cursor, limit=1
            )
            found += [row.identifiers[0].subject_key for row in page.items]
            cursor = page.next_cursor
            if cursor is None:
                return found

    ann = Customer.objects.get(id=_id(three[0]))
    phone = Identifier.objects.filter(customer=ann).order_by("key").last()
    assert phone is not None
    spent = {three[0]: 3, phone.key: 4, three[1]: 6}

    assert pages(Standing("sales", spent)) == [three[0], three[1], three[2]]
    assert pages(Standing("sales", spent, is_descending=False)) == [three[2], three[1], three[0]]
    assert pages(Standing("last", spent, is_latest=True)) == [three[1], three[0], three[2]]
    assert pages(Standing("none", {})) == three[::-1]
    nowhere = list_customers_by_standing(
        actor=SYSTEM, filters=CustomerFilters(places=()), standing=Standing("sales", spent)
    )
    assert (nowhere.items, nowhere.next_cursor) == ((), None)
    assert pages(Standing("sales", spent), make_actor(places=[2])) == [three[1]]


def test_the_cursor_of_one_order_is_none_of_another(three: list[int]) -> None:
    first = list_customers_by_standing(
        actor=SYSTEM, filters=ALL, standing=Standing("sales", {}), limit=1
    )

    for cursor in (first.next_cursor, "!!"):
        with pytest.raises(MalformedCursorError):
            list_customers_by_standing(
                actor=SYSTEM, filters=ALL, standing=Standing("orders", {}), cursor=cursor
            )


def test_the_places_of_customers_are_those_in_scope(three: list[int]) -> None:
    key = Customer.objects.get(id=_id(three[1])).key

    assert places_of_customers(actor=SYSTEM, customer_keys=[key]) == {key: (1, 2)}
    assert places_of_customers(actor=make_actor(places=[2]), customer_keys=[key]) == {key: (2,)}
    with pytest.raises(NotAllowedError):
        places_of_customers(actor=make_actor(rights=frozenset()), customer_keys=[key])


@pytest.mark.parametrize(
    "text", ["ann@SHOP.org", "+44 7946 000123", "0123", "shop:501", "501", " 501 "]
)
def test_search_finds_by_whole_identifier_part_and_last_four(three: list[int], text: str) -> None:
    rows = list_customers(actor=make_actor(), filters=CustomerFilters(search=text)).items

    assert [row.id for row in rows] == [_id(three[0])]


def test_a_phone_number_is_found_as_it_is_dialled_where_the_group_is(three: list[int]) -> None:
    def found(text: str) -> int:
        return len(find_customers(actor=make_actor(), value=text))

    assert found("07946 000 123") == 0

    make_place("leeds", country="GB")

    assert found("07946 000 123") == found("0044 7946 000123") == found("+447946000123") == 1
    assert found("7946 000 124") == 0


def test_a_common_part_hides_nobody_of_a_narrow_scope() -> None:
    others = resolve(*({"phone": f"+44794{at:03d}0123"} for at in range(250)))
    mine = resolve({"phone": "+447911200123"})
    seen_at(*((key, 1) for key in others if key), *((key, 2) for key in mine if key))

    found = find_customers(actor=make_actor(places=[2]), value="0123")

    assert [row.identifiers[0].subject_key for row in found] == mine
    assert len(find_customers(actor=make_actor(places=[1]), value="0123")) == MOST


def test_search_finds_by_outside_id(three: list[int]) -> None:
    text = encode("cus", _id(three[2]))

    assert count_customers(actor=make_actor(), filters=CustomerFilters(search=text)) == 1
    assert count_customers(actor=make_actor(), filters=CustomerFilters(search="999")) == 0


def test_lookup_by_type(three: list[int]) -> None:
    assert len(find_customers(actor=make_actor(), type_="email", value="ann@shop.org")) == 1
    assert find_customers(actor=make_actor(), type_="user_id", value="shop:501") == ()
    with pytest.raises(UnknownIdentifierTypeError):
        find_customers(actor=make_actor(), type_="shoe_size", value="43")


def test_pages_follow_each_other_without_gap_or_repeat(three: list[int]) -> None:
    first = list_customers(actor=make_actor(), filters=ALL, limit=2)
    second = list_customers(actor=make_actor(), filters=ALL, cursor=first.next_cursor, limit=2)

    keys = [row.identifiers[0].subject_key for row in (*first.items, *second.items)]
    assert keys == three[::-1]
    assert second.next_cursor is None
    with pytest.raises(MalformedCursorError):
        list_customers(actor=make_actor(), filters=ALL, cursor="!!")


def test_a_page_costs_the_same_number_of_queries_whatever_its_length(three: list[int]) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        list_customers(actor=make_actor(), filters=ALL, limit=1)
    with CaptureQueriesContext(connection) as many:
        list_customers(actor=make_actor(), filters=ALL, limit=50)

    assert len(few) == len(many) == 5


def test_a_customer_shows_what_holds_it_together(three: list[int]) -> None:
    detail = get_customer(actor=make_actor(), customer_id=_id(three[0]))

    assert len(detail.subject_keys) == 3
    assert detail.places == (1,)
    assert {(edge.source, edge.rule, edge.confidence) for edge in detail.evidence} == {
        ("shop", "together", 1.0)
    }
    with pytest.raises(NotFoundError):
        get_customer(actor=make_actor(), customer_id=new_id())


def test_a_tag_says_what_it_means_who_owns_it_and_how_far_it_reaches(three: list[int]) -> None:
    actor, ids = make_actor(), [_id(key) for key in three]
    assign_tag(actor=actor, tag="vip", customer_ids=ids[:2], now=NOW)

    assert define_tag(actor=actor, tag=" vip ", description="Spends most", owner="Ann", now=NOW)
    assert not define_tag(actor=actor, tag="vip", description="Spends most", owner="Ann", now=NOW)
    assert define_tag(actor=actor, tag="new", description=" 新客，首单前 ", owner="Bo", now=NOW)

    unused, vip = list_tag_definitions(actor=actor)
    hand = TagKind.HAND
    assert unused == TagDefinition(
        unused.key, "new", hand, "新客，首单前", "Bo", 0, 0.0, None, None
    )
    assert vip == TagDefinition(vip.key, "vip", hand, "Spends most", "Ann", 2, 2 / 3, NOW, NOW)
    (seen,) = list_tag_definitions(actor=make_actor(places=[2]))  # one customer was there
    assert (seen.name, seen.customers, seen.share) == ("vip", 1, 1.0)
    filters = AuditFilters(action="customers.define_tag")
    trail = list_entries(actor=SYSTEM, filters=filters).items
    assert sorted((one.after or {})["owner"] for one in trail) == ["Ann", "Bo"]


def test_a_tag_is_defined_by_who_manages_everything_and_within_its_limits(three: list[int]) -> None:
    told = {"tag": "vip", "description": "", "owner": "Ann", "now": NOW}
    with pytest.raises(NotAllowedError):
        define_tag(actor=make_actor(places=[2]), **told)
    with pytest.raises(NotAllowedError):
        list_tag_definitions(actor=make_actor(rights=frozenset()))
    for wrong in ({"description": "x" * 501}, {"owner": "x" * 121}, {"owner": "a\0b"}):
        with pytest.raises(TagTextError):
            define_tag(actor=make_actor(), **{**told, **wrong})
    with pytest.raises(TagNameError):
        define_tag(actor=make_actor(), **{**told, "tag": " "})
    assert list_tag_definitions(actor=make_actor()) == ()


def test_tags_come_and_go_and_survive_a_merge(three: list[int]) -> None:
    actor, ids = make_actor(), [_id(key) for key in three]

    assert assign_tag(actor=actor, tag="vip", customer_ids=ids[:2], now=NOW) == 2
    assert assign_tag(actor=actor, tag="vip", customer_ids=ids, now=NOW) == 1
    assert list_tags(actor=actor) == (TagRow("vip", 3),)
    assert list_tags(actor=make_actor(places=[2])) == (TagRow("vip", 1),)

    evidence = merge_customers(actor=actor, customer_id=ids[0], other_id=ids[1], now=NOW)
    assert list_tags(actor=actor) == (TagRow("vip", 2),)
    withdraw_evidence(actor=actor, evidence_key=evidence, now=NOW)
    assert list_tags(actor=actor) == (TagRow("vip", 3),)

    assert remove_tag(actor=actor, tag="vip", customer_ids=ids[:1], now=NOW) == 1
    assert get_customer(actor=actor, customer_id=ids[0]).row.tags == ()
    with pytest.raises(TagNameError):
        assign_tag(actor=actor, tag="  ", customer_ids=ids, now=NOW)


def test_tagging_reaches_only_the_scope(three: list[int]) -> None:
    ids = [_id(key) for key in three]

    assert assign_tag(actor=make_actor(places=[2]), tag="x", customer_ids=ids, now=NOW) == 1


def test_merging_by_hand_is_audited_and_leaves_a_trail(three: list[int]) -> None:
    actor, ids = make_actor(), [_id(key) for key in three]

    key = merge_customers(
        actor=actor, customer_id=ids[0], other_id=ids[1], now=NOW, reason="same card"
    )

    detail = get_customer(actor=actor, customer_id=ids[1])
    assert detail.row.id == ids[0]
    assert [(change.kind, change.kept_id, change.other_id) for change in detail.changes] == [
        ("merge", ids[0], ids[1])
    ]
    assert {edge.event_ref for edge in detail.evidence if edge.rule == "hand"} == {"same card"}
    with pytest.raises(AmbiguousLinkError):
        merge_customers(actor=actor, customer_id=ids[0], other_id=ids[0], now=NOW)
    with pytest.raises(NotFoundError):
        merge_customers(actor=make_actor(places=[2]), customer_id=ids[2], other_id=ids[0], now=NOW)

    withdraw_evidence(actor=actor, evidence_key=key, now=NOW)
    with pytest.raises(EvidenceWithdrawnError):
        withdraw_evidence(actor=actor, evidence_key=key, now=NOW)
    with pytest.raises(NotFoundError):
        withdraw_evidence(actor=make_actor(places=[9]), evidence_key=key, now=NOW)
    merge_customers(actor=actor, customer_id=ids[0], other_id=ids[1], now=NOW)
    assert Customer.objects.filter(merged_into_key=None).count() == 2
    actions = [row.action for row in list_entries(actor=SYSTEM, filters=AuditFilters()).items]
    assert actions == ["customers.merge", "customers.unmerge", "customers.merge"]


def test_revealing_gives_clear_text_and_is_audited(three: list[int]) -> None:
    revealed = reveal_customer(actor=make_actor(), customer_id=_id(three[0]), now=NOW)

    assert revealed.contact == {"name": "Ann Lee", "street": "1 Road"}
    assert set(revealed.identifiers.values()) == {"shop:501", "+447946000123", "ann@shop.org"}
    (entry,) = list_entries(actor=SYSTEM, filters=AuditFilters()).items
    assert entry.action == "customers.reveal"
    assert "Ann" not in str(entry)


def test_a_customer_is_known_by_its_id_and_those_merged_into_it(three: list[int]) -> None:
    first, second = (Identifier.objects.get(key=key).customer for key in three[:2])
    assert list_known_ids(actor=SYSTEM, customer_id=first.id) == (first.id,)

    merge_customers(
        actor=SYSTEM, customer_id=first.id, other_id=second.id, reason="told us", now=NOW
    )

    known = list_known_ids(actor=SYSTEM, customer_id=second.id)
    assert known == (first.id, second.id)
    evidence = get_customer(actor=SYSTEM, customer_id=first.id).evidence
    (by_hand,) = (one for one in evidence if one.rule == "hand")
    withdraw_evidence(actor=SYSTEM, evidence_key=by_hand.key, now=NOW)
    assert list_known_ids(actor=SYSTEM, customer_id=first.id) == (first.id,)
    with pytest.raises(NotFoundError):
        list_known_ids(actor=make_actor(places=[2]), customer_id=_nowhere(three))


def _nowhere(three: list[int]) -> UUID:
    return Identifier.objects.get(key=three[2]).customer.id
