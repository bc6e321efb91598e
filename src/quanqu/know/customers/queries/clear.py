"""Personal data in clear, for the one action that may hand it out."""

from uuid import UUID

from quanqu.infra.auth.contracts import Scope
from quanqu.infra.crypto.facade import decrypt
from quanqu.know.customers.contracts import CONTACT_FIELDS, RevealedCustomer
from quanqu.know.customers.models import Identifier
from quanqu.know.customers.queries.details import visible_customer
from quanqu.know.customers.queries.told import clear_value, surviving, told_of


def read_clear(*, scope: Scope, customer_id: UUID) -> RevealedCustomer:
    """Return one visible customer's contact fields and identifiers in clear.

    Raises: NotFoundError.
    """
    customer = visible_customer(scope=scope, customer_id=customer_id)
    contact = {
        field: clear_value(field, best.value)
        for field, (best, _) in surviving(told_of(customer.key)).items()
        if field in CONTACT_FIELDS
    }
    held = Identifier.objects.filter(customer_id=customer.key).order_by("key")
    identifiers = {row.id: decrypt(bytes(row.value_enc), purpose="identifier") for row in held}
    return RevealedCustomer(customer.id, contact, identifiers)
