"""`quanqu org`: the group's tree and its exchange rates."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.time import utc_now
from quanqu.know.org import facade
from quanqu.know.org.contracts import (
    ChannelCode,
    PlaceDetails,
    PlaceDraft,
    PlaceType,
    RateFileError,
    TreeNode,
)
from quanqu.project.cli.frame import emit, json_option
from quanqu.project.cli.units import find_unit, require_group


@click.group()
def org() -> None:
    """Build the tree of the group, and set exchange rates."""


@org.command()
@click.argument("name")
@click.option("--currency", required=True, help="What the group reports in, such as CNY.")
@json_option
def group(name: str, currency: str, as_json: bool) -> None:
    """Make the group, or show the one there is."""
    made = facade.ensure_group(actor=SYSTEM, name=name, currency=currency, now=utc_now())
    emit(asdict(made), as_json=as_json, text=f"{made.name} ({made.id}) reports in {made.currency}.")


@org.command()
@click.argument("code")
@click.option("--name", required=True)
@json_option
def brand(code: str, name: str, as_json: bool) -> None:
    """Make a brand, or show the one of that code."""
    require_group()
    made = facade.ensure_brand(actor=SYSTEM, code=code, name=name, now=utc_now())
    emit(asdict(made), as_json=as_json, text=f"{made.name} ({made.id})")


@org.command()
@click.argument("code")
@click.option("--name", required=True)
@click.option("--currency", required=True)
@click.option("--brand", "brand_code", help="The code of the brand above it.")
@json_option
def company(code: str, name: str, currency: str, brand_code: str | None, as_json: bool) -> None:
    """Make a company, or show the one of that code."""
    require_group()
    made = facade.ensure_company(
        actor=SYSTEM,
        code=code,
        name=name,
        currency=currency,
        brand_code=brand_code,
        now=utc_now(),
    )
    emit(asdict(made), as_json=as_json, text=f"{made.name} ({made.id})")


@org.command()
@click.argument("company_code", metavar="COMPANY")
@click.argument("code")
@click.option("--name", required=True)
@click.option(
    "--type", "place_type", type=click.Choice([kind.value for kind in PlaceType]), required=True
)
@click.option(
    "--channel",
    type=click.Choice([code.value for code in ChannelCode]),
    help="If not the usual one.",
)
@click.option("--time-zone", required=True, help="IANA zone, such as Asia/Shanghai.")
@click.option("--currency", help="If not the company's.")
@json_option
def place(company_code: str, code: str, as_json: bool, **options: str | None) -> None:
    """Make a place in COMPANY, or show the one of that code."""
    above = find_unit(company_code)
    channel = options["channel"]
    details = PlaceDetails(
        place_type=PlaceType(options["place_type"] or ""),
        currency=options["currency"] or above.currency,
        time_zone=options["time_zone"] or "",
        channel=ChannelCode(channel) if channel else None,
    )
    draft = PlaceDraft(code, options["name"] or "", details)
    made = facade.ensure_place(actor=SYSTEM, company_key=above.key, place=draft, now=utc_now())
    emit(asdict(made), as_json=as_json, text=f"{made.name} ({made.id})")


@org.command()
@json_option
def tree(as_json: bool) -> None:
    """Show the tree."""
    roots = facade.get_tree(actor=SYSTEM)
    text = "\n".join(line for root in roots for line in _lines(root, 0))
    emit([asdict(root) for root in roots], as_json=as_json, text=text or "There is no group yet.")


@org.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", required=True, help="Who says so, such as a bank.")
@json_option
def rates(file: Path, source: str, as_json: bool) -> None:
    """Record exchange rates of a CSV FILE: currency, to_currency, valid_on, rate."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise RateFileError(line=1, reason="the file is not UTF-8") from None
    count = facade.record_rates_file(actor=SYSTEM, text=text, source=source, now=utc_now())
    emit({"recorded": count}, as_json=as_json, text=f"{count} rates recorded.")


def _lines(node: TreeNode, depth: int) -> Iterator[str]:
    unit = node.unit
    yield f"{'  ' * depth}{unit.name}  {unit.kind} {unit.code}  {unit.id}"
    for child in node.children:
        yield from _lines(child, depth + 1)
