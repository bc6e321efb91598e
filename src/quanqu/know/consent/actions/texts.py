"""Publish the words a purpose is asked in; a published version never changes."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final

from django.db import connection, transaction
from django.db.models import Max

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.consent.contracts import ConsentInputError, ConsentTextRow, UnknownPurposeError
from quanqu.know.consent.contracts.vocabulary import Purpose
from quanqu.know.consent.models import ConsentText
from quanqu.know.consent.queries.texts import text_row
from quanqu.know.consent.rules.statements import LANGUAGES

MOST_TEXT: Final = 10_000
_LOCK: Final = 7_204_301
MANAGE: Final = "customers.manage"


def publish_text(
    *, actor: Actor, purpose: str, texts: Mapping[str, str], now: datetime
) -> tuple[ConsentTextRow, ...]:
    """Publish the next version of a purpose's words in every language of the house.

    Shapes: `texts` by language (`en`, `zh-hans`), both.  Units: 1 to 10,000 characters each.
    Needs customers.manage over the whole group: the words are everybody's.
    Raises: NotAllowedError, UnknownPurposeError, ConsentInputError.
    """
    actor.require(MANAGE)
    if not actor.scope(MANAGE).everything:
        raise NotAllowedError(permission=MANAGE)
    if purpose not in set(Purpose):
        raise UnknownPurposeError(purpose=purpose)
    clean = {language: _checked(texts.get(language, ""), language) for language in LANGUAGES}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        known = ConsentText.objects.filter(purpose=purpose).aggregate(last=Max("version"))
        version = (known["last"] or 0) + 1
        made = ConsentText.objects.bulk_create(
            ConsentText(
                purpose=purpose,
                version=version,
                language=language,
                text=text,
                text_hash=sha256(text.encode()).hexdigest(),
                published_at=now,
                published_by=actor.name,
            )
            for language, text in clean.items()
        )
        after = {"version": version}
        subject = f"consent:{purpose}"
        record(actor=actor, action="consent.publish_text", subject=subject, after=after, now=now)
    return tuple(map(text_row, made))


def _checked(text: str, language: str) -> str:
    clean = text.strip()
    if not 1 <= len(clean) <= MOST_TEXT or "\0" in clean:
        raise ConsentInputError(problem=f"the text in {language} has 1 to {MOST_TEXT} characters")
    return clean
