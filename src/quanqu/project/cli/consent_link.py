"""`quanqu consent-link`: a customer's own link to their preferences."""

import click

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import decode
from quanqu.kernel.time import format_time, utc_now
from quanqu.know.consent import facade
from quanqu.project.cli.frame import emit, json_option, note
from quanqu.project.cli.login_link import address


@click.command("consent-link")
@click.argument("customer")
@json_option
def consent_link(customer: str, as_json: bool) -> None:
    """Print the link by which CUSTOMER (an id, cus_…) sees and changes their consents."""
    made = facade.make_preference_link(
        actor=SYSTEM, customer_id=decode("cus", customer), now=utc_now()
    )
    url = f"{address()}/preferences/{made.token}"
    until = format_time(made.expires_at)
    emit({"url": url, "customer": customer, "expires_at": until}, as_json=as_json, text=url)
    note(f"It works until {until}; links made before no longer do.")
