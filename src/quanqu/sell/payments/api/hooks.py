"""POST /hooks/payments/{account}: what providers tell, booked before it is answered."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from quanqu.infra.http.facade import problem_response
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.time import utc_now
from quanqu.sell.payments import facade

__all__ = ["take_notice"]


@csrf_exempt
@require_POST
def take_notice(request: HttpRequest, account_id: str) -> HttpResponse:
    """Answer in the provider's words once a notice is stored and booked for good."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        receipt = facade.take_notice(
            account_id=account_id, headers=headers, body=request.body, now=utc_now()
        )
    except QuanquError as error:
        return problem_response(error)
    return HttpResponse(receipt.body, content_type=receipt.content_type)
