"""What every sign-in page may ask about this installation."""

from django.conf import settings
from django.http import HttpRequest


def mailing(request: HttpRequest) -> dict[str, bool]:
    """Tell templates whether mail is sent: without it nobody is offered a mail."""
    del request
    return {"sends_mail": settings.SENDS_MAIL}
