"""What a person does through a signed link: look, choose, withdraw everything, confirm."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.outbox.facade import emit
from quanqu.know.consent.actions.ledger import Author, append
from quanqu.know.consent.actions.links import CONFIRMATION_LASTS, check_link, issue
from quanqu.know.consent.actions.record import manageable_customer, statement_table
from quanqu.know.consent.contracts import (
    PURPOSES,
    Channel,
    ConfirmationRequested,
    ConsentInputError,
    ConsentLinkError,
    CustomerConsent,
    IssuedLink,
    LinkKind,
    Preferences,
    Purpose,
    Recorded,
    SourceKind,
    State,
    Statement,
    Status,
)
from quanqu.know.consent.models import ConsentLink
from quanqu.know.consent.queries.customer import consents_of
from quanqu.know.consent.queries.texts import current_texts
from quanqu.know.consent.rules.statements import check_asked, check_statements
from quanqu.know.customers.contracts import CustomerRow, IdentifierType
from quanqu.know.customers.facade import customers_by_subject

_SHOWN: Final = frozenset({IdentifierType.EMAIL, IdentifierType.PHONE})
_PAGE: Final = "preference page"
_ON: Final = State.GRANTED


def open_preferences(*, token: str, language: str, now: datetime) -> Preferences:
    """Return what a person may choose, what stands, and masked hints of who they are.

    Raises: ConsentLinkError.
    """
    link = check_link(token, LinkKind.PREFERENCES, now)
    customer = _customer(link)
    return Preferences(
        hints=_hints(customer),
        consents=_choices(customer, now),
        texts=current_texts(language=language),
        expires_at=link.expires_at,
    )


def save_preferences(
    *, token: str, chosen: Collection[str], language: str, now: datetime
) -> Recorded:
    """Record what a person changed: `chosen` are the "purpose.channel" switched on.

    What is on and was not is granted; what is off and was granted is withdrawn; the rest stays.
    Raises: ConsentLinkError, ConsentInputError.
    """
    link = check_link(token, LinkKind.PREFERENCES, now)
    customer = _customer(link)
    choices = _choices(customer, now)
    known = {f"{one.purpose}.{one.channel}" for one in choices}
    if not set(chosen) <= known:
        raise ConsentInputError(problem="a choice is none of those on the page")
    versions = {purpose: row.version for purpose, row in current_texts(language=language).items()}
    said = []
    for one in choices:
        is_on = f"{one.purpose}.{one.channel}" in chosen
        if is_on and one.state is not _ON:
            version = versions.get(one.purpose)
            said.append(_said(one, Status.GRANTED, now, version, language))
        elif not is_on and one.state in (_ON, State.CONFLICT):
            said.append(_said(one, Status.WITHDRAWN, now, None, language))
    return _append(link, customer, said, now)


def withdraw_everything(*, token: str, language: str, now: datetime) -> Recorded:
    """Withdraw every purpose that needs consent, on all channels. Raises: ConsentLinkError."""
    link = check_link(token, LinkKind.PREFERENCES, now)
    customer = _customer(link)
    said = [
        Statement(
            purpose, Channel.ALL, Status.WITHDRAWN, SourceKind.PREFERENCES, _PAGE, now,
            language=language,
        )
        for purpose, found in PURPOSES.items()
        if found.needs_consent
    ]  # fmt: skip
    return _append(link, customer, said, now)


def request_confirmation(
    *,
    actor: Actor,
    customer_id: UUID,
    asked: Sequence[tuple[str, str]],
    source: str,
    language: str,
    now: datetime,
) -> IssuedLink:
    """Begin a double opt-in: note it as pending and make a link, good once within 7 days.

    Shapes: `asked` are 1 to 20 (purpose, channel).  Emits: ConfirmationRequested, for the room
    that sends the link.  Raises: NotAllowedError, NotFoundError, ConsentInputError,
    UnknownPurposeError, UnknownChannelError.
    """
    customer = manageable_customer(actor, customer_id)
    if not 1 <= len(asked) <= 20:
        raise ConsentInputError(problem="1 to 20 purposes are asked for at once")
    pairs = [check_asked(purpose, channel) for purpose, channel in asked]
    versions = {purpose: row.version for purpose, row in current_texts(language=language).items()}
    subject = customer.subject_keys[0]
    told = [
        Statement(
            purpose, channel, Status.PENDING, SourceKind.FORM, source, now,
            text_version=versions.get(purpose), language=language,
        )
        for purpose, channel in pairs
    ]  # fmt: skip
    table = statement_table(told, subjects=[subject], via=subject)
    with transaction.atomic():
        append(check_statements(table, now=now), Author(actor.name, now))
        made = issue(
            LinkKind.CONFIRMATION,
            subject,
            expires_at=now + CONFIRMATION_LASTS,
            created_by=actor.name,
            now=now,
            asked=[(p.value, c.value, versions.get(p), language) for p, c in pairs],
        )
        emit(
            ConfirmationRequested(
                link_id=str(made.id),
                subject_key=subject,
                purposes=[(p.value, c.value) for p, c in pairs],
                language=language,
                expires_at=made.expires_at.isoformat(),
            ),
            now=now,
        )
    return made


def open_confirmation(*, token: str, now: datetime) -> tuple[tuple[Purpose, Channel], ...]:
    """Return what a link would confirm; looking uses nothing up. Raises: ConsentLinkError."""
    link = check_link(token, LinkKind.CONFIRMATION, now)
    _customer(link)
    return tuple((Purpose(one[0]), Channel(one[1])) for one in link.asked)


def confirm(*, token: str, now: datetime) -> Recorded:
    """Grant what the link asks for and use it up.

    Locks: the link.  Raises: ConsentLinkError.
    """
    with transaction.atomic():
        link = check_link(token, LinkKind.CONFIRMATION, now, locks=True)
        _customer(link)
        said = [
            Statement(
                Purpose(purpose), Channel(channel), Status.GRANTED, SourceKind.FORM,
                "double opt-in", now, text_version=version, language=language,
                reference=f"confirmation:{link.id.hex}",
            )
            for purpose, channel, version, language in link.asked
        ]  # fmt: skip
        table = statement_table(said, subjects=[link.subject_key], via=link.subject_key)
        done = append(check_statements(table, now=now), Author("signed link", now))
        link.used_at = now
        link.save(update_fields=["used_at"])
    return done


def _customer(link: ConsentLink) -> CustomerRow:
    found = customers_by_subject(actor=SYSTEM, subject_keys=[link.subject_key])
    if link.subject_key not in found:  # erased since
        raise ConsentLinkError
    return found[link.subject_key]


def _choices(customer: CustomerRow, now: datetime) -> tuple[CustomerConsent, ...]:
    found = consents_of(customer_key=customer.key, at=now)
    return tuple(one for one in found if PURPOSES[one.purpose].needs_consent)


def _hints(customer: CustomerRow) -> tuple[str, ...]:
    return tuple(one.hint for one in customer.identifiers if one.type in _SHOWN)


def _said(
    one: CustomerConsent, status: Status, now: datetime, version: int | None, language: str
) -> Statement:
    return Statement(
        one.purpose, one.channel, status, SourceKind.PREFERENCES, _PAGE, now,
        text_version=version, language=language,
    )  # fmt: skip


def _append(
    link: ConsentLink, customer: CustomerRow, said: Sequence[Statement], now: datetime
) -> Recorded:
    if not said:
        return Recorded(0, 0)
    subjects = [one.subject_key for one in customer.identifiers]
    table = statement_table(said, subjects=subjects, via=link.subject_key)
    return append(check_statements(table, now=now), Author("signed link", now))
