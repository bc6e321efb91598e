"""The rights of the reference-data screens, from the same roles as everything else."""

from typing import Any, Final

from django.contrib.auth.backends import BaseBackend

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.time import utc_now
from quanqu.know.org.contracts import PERMISSIONS
from quanqu.know.org.facade import actor_for_person

_KEPT: Final = "_quanqu_actor"


class RoleBackend(BaseBackend):
    """Lets somebody at a screen who may see, or change, all of the group's rows of that room.

    The screens know no scope, so a right over a part of the group opens none of them.
    """

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Tell whether a role holds `<app>.<verb>_<model>` over everything."""
        del obj
        actor = _actor(user_obj)
        return actor is not None and actor.scope(_permission(perm)).everything

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Tell whether anything of an app may be seen."""
        return self.has_perm(user_obj, f"{app_label}.view_any")


def _permission(perm: str) -> str:
    room, _, verb = perm.partition(".")
    wanted = f"{room}.view" if verb.startswith("view_") else f"{room}.manage"
    return wanted if wanted in PERMISSIONS else "org.own"


def _actor(user: Any) -> Actor | None:
    if not user.is_active or user.is_anonymous:
        return None
    if not hasattr(user, _KEPT):
        setattr(user, _KEPT, actor_for_person(person_key=user.pk, now=utc_now()))
    actor: Actor | None = getattr(user, _KEPT)
    return actor
