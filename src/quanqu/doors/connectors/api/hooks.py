"""POST /hooks/{channel}/{connection}: what shops push, stored before it is answered."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from quanqu.doors.connectors import facade
from quanqu.infra.http.facade import problem_response
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.time import utc_now

__all__ = ["take_delivery"]


@csrf_exempt
@require_POST
def take_delivery(request: HttpRequest, channel: str, code: str) -> HttpResponse:
    """Answer 200 once the delivery is stored for good, also when it was there before.

    A body beyond DATA_UPLOAD_MAX_MEMORY_SIZE is refused by the framework with 413.
    """
    if facade.is_ping(channel=channel, body=request.body):
        return JsonResponse({"accepted": False, "repeated": False})
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        is_new = facade.accept_delivery(
            channel=channel, code=code, body=request.body, headers=headers, now=utc_now()
        )
    except QuanquError as error:
        return problem_response(error)
    return JsonResponse({"accepted": True, "repeated": not is_new})
