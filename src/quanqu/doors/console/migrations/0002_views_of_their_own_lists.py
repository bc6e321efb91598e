"""Lists that shared saved views have their own: a view goes to the list that it speaks of.

A view tells its list by filters and columns that no other list of the shared page has.  Where it
does not, or speaks of several, it stays with the page's main list.
"""

from urllib.parse import parse_qsl

from django.db import migrations

_SIGNS = {
    "customers": {
        "": {
            *("q", "sort", "tag", "channel", "place", "country"),
            *("cols=name", "cols=identifiers", "cols=channels", "cols=where", "cols=tags"),
        },
        "breaches": {"kind", "type", "cols=demoted", "cols=kind", "cols=limit", "cols=other"},
    },
    "timeline": {
        "": {
            *("q", "from", "type", "channel", "place", "cols=happened", "cols=channel"),
            *("cols=place", "cols=about", "cols=revenue"),
        },
        "failed_events": {"code", "cols=reason", "cols=received", "cols=state"},
        "violations": {"cols=kind", "cols=property", "cols=day", "cols=count", "cols=mend"},
    },
}


def list_of(page: str, query: str) -> str:
    """Return the list that a view was made on, as far as it tells."""
    named = parse_qsl(query)
    said = {name for name, _ in named} | {f"{name}={value}" for name, value in named}
    spoken_of = [code for code, signs in _SIGNS[page].items() if signs & said]
    return (spoken_of[0] or page) if len(spoken_of) == 1 else page


def _move(apps, schema_editor):
    views = apps.get_model("console", "SavedView")
    moved = []
    for view in views.objects.filter(page__in=_SIGNS):
        code = list_of(view.page, view.query)
        if code != view.page:
            view.page = code
            moved.append(view)
    views.objects.bulk_update(moved, ["page"], batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("console", "0001_initial")]

    operations = [migrations.RunPython(_move, migrations.RunPython.noop)]
