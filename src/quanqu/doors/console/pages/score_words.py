"""Scores by name on screens: a lookalike's is told by the audience it is like."""

from django.utils.translation import gettext as _

from quanqu.doors.console.shell.frame import Frame
from quanqu.learn.predict.facade import scored_audiences

__all__ = ["is_lookalike", "score_title", "score_titles"]

_LOOKALIKE = "lookalike:"


def score_titles(frame: Frame) -> dict[str, str]:
    """Return the lookalike scores of audiences the reader may see, by name, as they are called."""
    if not frame.person.can("audiences.view"):
        return {}
    names = frame.audience_names
    return {
        score: _("Similar to %(name)s") % {"name": names[audience]}
        for score, audience in scored_audiences(actor=frame.actor).items()
        if audience in names
    }


def is_lookalike(name: str) -> bool:
    """Tell whether a score is that of a model of an audience."""
    return name.startswith(_LOOKALIKE)


def score_title(name: str, titles: dict[str, str]) -> str:
    """Return what a score is called; one of an audience that is not shown names no audience."""
    if is_lookalike(name):
        return titles.get(name, _("Similar to an audience you may not see"))
    return name
