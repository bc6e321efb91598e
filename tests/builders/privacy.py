"""A person whose data rests in every place, and requests about it."""

import itertools
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.db import transaction
from tests.builders import customers, orders, timeline
from tests.builders.timeline import timeline_lake

from quanqu.doors.connectors.actions.webhooks import BODY
from quanqu.doors.connectors.models import Connection, Delivery
from quanqu.doors.console.models import SavedView
from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.infra.crypto.facade import encrypt
from quanqu.infra.home.facade import open_home
from quanqu.infra.lake.facade import publish_dirty
from quanqu.kernel.ids import encode
from quanqu.know.audiences.models import Audience, AudienceList, AudienceListed, AudienceMember
from quanqu.know.customers.contracts import SCORES, ScoreDraft
from quanqu.know.customers.facade import assign_tag, define_score, write_scores
from quanqu.know.customers.models import Customer, Identifier
from quanqu.know.org.models import Person
from quanqu.know.privacy import facade
from quanqu.know.privacy.contracts import NewRequest, RequestKind, RequestRow
from quanqu.know.privacy.models import Request

__all__ = ["own_home", "timeline_lake"]

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
_numbers = itertools.count(1)
RIGHTS = frozenset({"privacy.view", "privacy.manage", "privacy.erase"})


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a home for its files; the keys stay where they are."""
    (tmp_path / "keys").mkdir()
    monkeypatch.setenv("QUANQU_HOME", str(tmp_path))
    return tmp_path


@dataclass(frozen=True, slots=True)
class Held:
    """A person in every place: by what they are known."""

    customer_id: str
    customer_key: int
    subject_key: int
    email: str
    phone: str
    member: str


def officer(
    name: str = "Ada", *, rights: frozenset[str] = RIGHTS, everything: bool = True
) -> Actor:
    """Return a person of staff with rights on privacy."""
    scope = Scope(everything=True) if everything else Scope(places=frozenset({1}))
    return Actor(ActorKind.PERSON, f"per_{name}", name, (Grant(rights, scope),))


def make_person(name: str = "mei") -> Held:
    """Put a person's data into every place that may hold some."""
    email, phone, member = f"{name}@example.cn", f"+86139{_digits(name)}", f"crm:{name}-10077"
    (subject,) = customers.resolve({"member_id": member, "email": email, "phone": phone})
    assert subject is not None
    customers.profile(subject, name=f"Name {name}", email=email, phone=phone, street="1 Hill Rd",
                      city="Leeds", country="GB", traits=json.dumps({"shoe": 42}))  # fmt: skip
    customer = Customer.objects.get(key=Identifier.objects.get(key=subject).customer_id)
    places = orders.make_places()
    customers.seen_at((subject, places["shop"].key))
    assign_tag(actor=SYSTEM, tag="vip", customer_ids=[customer.id], now=NOW)
    _score(customer.key)
    address = {"name": f"Name {name}", "phone": phone, "email": email, "street": "1 Hill Rd"}
    order = orders.make_order(
        places["shop"], external_id=f"o-{name}", subject_key=subject, note="by the door",
        address=address, payments=[{"amount_minor": 2500, "currency": "GBP", "status": "captured"}],
    )  # fmt: skip
    with transaction.atomic():
        orders.record(order)
    _around(name, email, customer.key)
    return Held(encode("cus", customer.id), customer.key, subject, email, phone, member)


def _score(customer_key: int) -> None:
    draft = ScoreDraft("churn", "Chance of leaving", "Data science")
    define_score(actor=SYSTEM, draft=draft, now=NOW)
    columns = [pa.array([customer_key], pa.int64()), pa.array([0.5])]
    scores = pa.table(columns, schema=SCORES)
    write_scores(name=draft.name, version="1", scores=scores, at=NOW)


def make_customer(email: str = "mei@example.cn") -> str:
    """Make a customer of whom only an address is known; return the outside id."""
    (subject,) = customers.resolve({"email": email})
    owner = Identifier.objects.select_related("customer").get(key=subject).customer
    return encode("cus", owner.id)


def settle(person: Held, *, events: int = 5) -> None:
    """Let the person be seen, in the lake, and let one event of theirs fail."""
    issued = timeline.make_source(f"web-{person.customer_key}", place=f"web-{person.customer_key}")
    seen = [touch(person) for _ in range(events)]
    failing = timeline.make_event(event="", properties={"email": person.email})
    timeline.accept(issued, [*seen, failing])
    timeline.facade.settle_everything(now=NOW)
    publish_dirty(now=NOW)


def touch(person: Held, **overrides: Any) -> dict[str, Any]:
    """Return an event by which the person is known."""
    known = {"context": {"traits": {"email": person.email}}}
    own = {"messageId": f"touch-{person.member}-{next(_numbers):06}"}
    return timeline.make_event(**{**known, **own, **overrides})


def ask(
    kind: RequestKind, *customer_ids: str, actor: Actor | None = None, **fields: object
) -> RequestRow:
    """Take a request in."""
    new = NewRequest(kind, customer_ids, **fields)  # type: ignore[arg-type] # free overrides
    return facade.create_request(actor=actor or officer(), new=new, now=NOW)


def started(kind: RequestKind, *customer_ids: str, **fields: object) -> int:
    """Take a request in, verify and start it; return its key."""
    row = ask(kind, *customer_ids, **fields)  # type: ignore[arg-type] # free overrides
    facade.verify_request(actor=officer(), request_id=row.id, how="passport shown", now=NOW)
    facade.start_request(actor=officer(), request_id=row.id, now=NOW)
    return Request.objects.latest("key").key


def carried_out(kind: RequestKind, *customer_ids: str, **fields: object) -> str:
    """Take a request through to its end and return its id."""
    key = started(kind, *customer_ids, **fields)
    facade.carry_out(request_key=key, now=NOW)
    return encode("prq", Request.objects.get(key=key).id)


def _digits(name: str) -> str:
    return f"{sum(ord(letter) * 31**at for at, letter in enumerate(name)) % 10**8:08}"


def _around(name: str, email: str, customer_key: int) -> None:
    """What other rooms keep: a membership, a waiting delivery, a saved search, a rejected row."""
    audience = Audience.objects.create(name=name, created_at=NOW, updated_at=NOW)
    AudienceMember.objects.create(audience=audience, customer_key=customer_key, entered_at=NOW)
    listed = AudienceList.objects.create(kind="upload", made_by="x", made_at=NOW)
    AudienceListed.objects.create(list=listed, subject_key=customer_key)
    shop = Connection.objects.create(
        code=f"c-{name}", channel="shopify", place_key=1, company_key=1, secret_enc=b"",
        created_by="x", created_at=NOW,
    )  # fmt: skip
    body = encrypt(json.dumps({"id": 7, "customer": {"email": email}}), purpose=BODY)
    Delivery.objects.create(connection=shop, delivery_id="d-1", body_enc=body, received_at=NOW)
    staff = Person.objects.create(email=f"staff-{name}@shop.example", name="S", created_at=NOW)
    SavedView.objects.create(
        person=staff, page="customers", name="mine", query=f"q={email}", created_at=NOW
    )
    folder = open_home().rejects / f"imp_{name}"
    folder.mkdir(parents=True)
    rows = [{"table": "orders", "row": n, "reason": "bad", "field": "", "message_en": "",
             "message_zh": "", "values": {"email": who}}
            for n, who in ((1, email), (2, "other@example.com"))]  # fmt: skip
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "rejects.ndjson").write_text(text)
