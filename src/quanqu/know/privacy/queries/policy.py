"""How requests are dealt with here."""

from quanqu.infra.auth.contracts import Actor
from quanqu.know.privacy.contracts import VIEW, PrivacyPolicy
from quanqu.know.privacy.models import Policy
from quanqu.know.privacy.queries.rights import require_whole


def get_policy(*, actor: Actor) -> PrivacyPolicy:
    """Return the policy of the group. Raises: NotAllowedError."""
    require_whole(actor, VIEW)
    return present_policy()


def present_policy() -> PrivacyPolicy:
    """Return the policy, or the defaults where nothing was changed."""
    row = Policy.objects.filter(key=1).first() or Policy()
    return PrivacyPolicy(row.needs_second_person, row.pipl_days, row.package_days, row.backup_days)
