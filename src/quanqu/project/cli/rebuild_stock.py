"""`quanqu rebuild-stock`: balances of stock anew from their ledger and their holds."""

from dataclasses import asdict

import click

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.time import utc_now
from quanqu.project.cli.frame import emit, json_option
from quanqu.sell.inventory.facade import rebuild_levels


@click.command()
@json_option
def rebuild_stock(as_json: bool) -> None:
    """Compare every balance with its movements and holds, and set right what differs.

    Holds and movements wait until it is done. Promises that are not there any more are cut, the
    latest first, and their orders are told.
    """
    told = rebuild_levels(actor=SYSTEM, now=utc_now())
    text = f"{told.levels} balances compared, {told.corrected} set right."
    emit(asdict(told), as_json=as_json, text=text)
