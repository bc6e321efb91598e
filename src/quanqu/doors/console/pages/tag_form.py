"""Make a tag that is worked out, or change one: by a form, from an audience, or as JSON."""

import json
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.audience_builder import read_definition
from quanqu.doors.console.pages.audience_words import language_of
from quanqu.doors.console.pages.tag_statistic import StatisticForm, form_choices
from quanqu.doors.console.pages.tag_words import EVERY, KINDS
from quanqu.kernel import ids
from quanqu.kernel.errors import InvalidError, NotAllowedError, RefusedError
from quanqu.know.audiences.contracts import DefinitionError
from quanqu.know.audiences.facade import describe_fault, dump, get_audience, list_audience_names
from quanqu.know.customers.contracts import TagKind
from quanqu.know.tags.contracts import Every, TagDefinitionError, TagDraft, TagRow
from quanqu.know.tags.facade import change_tag, get_tag, save_tag

__all__ = ["TagChange", "TagNew", "TagParts"]

_LARGEST: Final = 512 * 1024
_EMPTY: Final[dict[str, Any]] = {"name": "", "description": "", "owner": "", "every": "hour"}


class _TagForm(ConsoleView):
    page_code = "customers"
    permission = "customers.manage"

    def _require_group(self) -> None:
        if not self.frame.person.scope("customers.manage").everything:
            raise NotAllowedError(permission="customers.manage")

    def _typed(self) -> dict[str, Any]:
        return {name: self.request.POST.get(name, default) for name, default in _EMPTY.items()}

    def _draft(self, kind: TagKind, typed: Mapping[str, Any]) -> TagDraft:
        """Return what was chosen. Raises: InvalidError for text that is no JSON."""
        every = typed["every"] if typed["every"] in list(Every) else Every.HOUR.value
        return TagDraft(
            kind=kind,
            description=typed["description"],
            owner=typed["owner"],
            definition=self._definition(kind),
            every=Every(every),
        )

    def _definition(self, kind: TagKind) -> Mapping[str, Any]:
        post = self.request.POST
        if kind is TagKind.STATISTIC and post.get("as") != "json":
            return StatisticForm.typed(post).definition
        if audience := post.get("audience", ""):
            return self._of_audience(audience, is_copy=post.get("take") == "copy")
        text = post.get("definition", "")
        found = read_definition(text) if len(text) <= _LARGEST else None
        if found is None:
            raise InvalidError(_("This is no definition written as JSON."))
        return found

    def _of_audience(self, audience: str, *, is_copy: bool) -> Mapping[str, Any]:
        found = get_audience(actor=self.frame.person, audience_id=ids.decode("aud", audience))
        if is_copy:
            return dump(definition=found.definition)
        return {"version": 2, "match": {"kind": "audience", "audience": audience}}

    def _draw(
        self, kind: TagKind, typed: Mapping[str, Any], more: Mapping[str, Any], status: int = 200
    ) -> HttpResponse:
        names: dict[UUID, str] = {}
        if kind is TagKind.RULE and self.frame.person.can("audiences.view"):
            names = dict(list_audience_names(actor=self.frame.person))
        context = {
            "tab": "tags",
            "kind": kind.value,
            "kind_title": KINDS[kind],
            "typed": typed,
            "everies": [(one.value, title) for one, title in EVERY.items()],
            "audiences": sorted(
                ((ids.encode("aud", key), name) for key, name in names.items()),
                key=lambda one: one[1],
            ),
            **more,
        }
        return self.page("console/tags/form.html", context, status=status)

    def _again(
        self, kind: TagKind, typed: Mapping[str, Any], error: Exception, more: Mapping[str, Any]
    ) -> HttpResponse:
        """Say what is wrong and keep what was typed."""
        post = self.request.POST
        is_form = kind is TagKind.STATISTIC and post.get("as") != "json"
        told = {
            "mistakes": self._mistakes(error),
            "json": post.get("definition", ""),
            "chosen": post.get("audience", ""),
            "take": post.get("take", "follow"),
            **(form_choices(StatisticForm.typed(post), self.frame) if is_form else {}),
        }
        return self._draw(kind, typed, {**more, **told}, status=422)

    def _mistakes(self, error: Exception) -> list[str]:
        if isinstance(error, DefinitionError | TagDefinitionError):
            language = language_of(self.frame)
            return [
                f"{describe_fault(problem=one, language=language)} ({one.path})"
                for one in error.problems
            ]
        return [said(error) if isinstance(error, InvalidError | RefusedError) else str(error)]


class TagNew(_TagForm):
    """A new tag of a kind."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show an empty form."""
        self._require_group()
        kind = _kind(request.GET.get("kind", ""))
        as_json = request.GET.get("as") == "json"
        more: dict[str, Any] = {"take": "follow", "chosen": request.GET.get("audience", "")}
        if kind is TagKind.STATISTIC and not as_json:
            more = form_choices(StatisticForm(), self.frame)
        return self._draw(kind, _EMPTY, more)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make it, or say what is wrong and keep what was typed."""
        kind, typed = _kind(request.POST.get("kind", "")), self._typed()
        try:
            draft = self._draft(kind, typed)
            made = save_tag(
                actor=self.frame.person, name=typed["name"], draft=draft, now=self.frame.now
            )
        except NotAllowedError:
            raise
        except (InvalidError, RefusedError) as error:
            return self._again(kind, typed, error, {})
        said_ = _("The tag %(tag)s is made; it is being worked out.") % {"tag": made.name}
        messages.success(request, said_)
        address = reverse("console:tag", args=[ids.encode("tag", made.id)])
        return redirect(self.frame.link(address))


class TagChange(_TagForm):
    """Another meaning, rhythm or definition of a tag."""

    def get(self, request: HttpRequest, tag_id: str) -> HttpResponse:
        """Show what it is now."""
        self._require_group()
        tag = get_tag(actor=self.frame.person, tag_id=ids.decode("tag", tag_id))
        form = None
        if tag.kind is TagKind.STATISTIC and request.GET.get("as") != "json":
            form = StatisticForm.of_definition(tag.definition)
        more: dict[str, Any] = {"json": json.dumps(tag.definition, ensure_ascii=False, indent=2)}
        if form is not None:
            more |= form_choices(form, self.frame)
        return self._draw(tag.kind, _told(tag), {**_of(tag, tag_id), **more})

    def post(self, request: HttpRequest, tag_id: str) -> HttpResponse:
        """Keep it, or say what is wrong and keep what was typed."""
        identity = ids.decode("tag", tag_id)
        tag = get_tag(actor=self.frame.person, tag_id=identity)
        typed = {**self._typed(), "name": tag.name}
        try:
            draft = self._draft(tag.kind, typed)
            change_tag(actor=self.frame.person, tag_id=identity, draft=draft, now=self.frame.now)
        except NotAllowedError:
            raise
        except (InvalidError, RefusedError) as error:
            return self._again(tag.kind, typed, error, _of(tag, tag_id))
        messages.success(request, _("The tag is changed."))
        return redirect(self.frame.link(reverse("console:tag", args=[tag_id])))


class TagParts(_TagForm):
    """What a statistic may be of and under which conditions, once its event is chosen."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return that part of the form, with what was typed."""
        self._require_group()
        choices = form_choices(StatisticForm.typed(request.GET), self.frame)
        return self.page("console/tags/parts.html", choices)


def _kind(text: str) -> TagKind:
    return TagKind.STATISTIC if text == TagKind.STATISTIC.value else TagKind.RULE


def _told(tag: TagRow) -> dict[str, Any]:
    return {name: getattr(tag, name) for name in _EMPTY}


def _of(tag: TagRow, tag_id: str) -> dict[str, Any]:
    return {"tag": tag, "tag_id": tag_id}
