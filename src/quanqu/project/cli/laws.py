"""`quanqu laws`: every law of the house over the live data."""

import click

from quanqu.infra.laws.facade import Verdict, run_laws
from quanqu.project.cli.frame import REFUSED, emit, json_option, note
from quanqu.project.house_laws import unchecked_laws

_SHOWN = 20


@click.command()
@json_option
def laws(as_json: bool) -> None:
    """Check the laws over the live data and say what holds the others; exit 1 when one breaks."""
    verdicts = []
    for verdict in run_laws():
        verdicts.append(verdict)
        if not as_json:
            note(_line(verdict))
    broken = sum(not verdict.holds for verdict in verdicts)
    unchecked = unchecked_laws()
    if not as_json:
        for one in unchecked:
            note(f"–      {one.code:<27} {one.text}\n       Not seen in data: {one.held_by}")
    data = {
        "laws": [
            {
                "code": verdict.law.code,
                "text": verdict.law.text,
                "holds": verdict.holds,
                "breaches": list(verdict.breaches),
                "seconds": round(verdict.seconds, 3),
            }
            for verdict in verdicts
        ],
        "broken": broken,
        "unchecked": [
            {"code": one.code, "text": one.text, "held_by": one.held_by} for one in unchecked
        ],
    }
    text = (
        f"{len(verdicts)} laws checked, {broken} broken. Not seen in data: "
        f"{', '.join(one.code for one in unchecked)}."
    )
    emit(data, as_json=as_json, text=text)
    if broken:
        raise click.exceptions.Exit(REFUSED)


def _line(verdict: Verdict) -> str:
    mark = "holds " if verdict.holds else "BROKEN"
    head = f"{mark} {verdict.law.code:<27} {verdict.law.text} ({verdict.seconds:.1f} s)"
    return "\n".join([head, *(f"       {text}" for text in verdict.breaches[:_SHOWN])])
