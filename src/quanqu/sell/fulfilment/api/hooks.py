"""POST /hooks/carriers/{carrier}: what carriers tell, booked before it is answered."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from quanqu.infra.http.facade import problem_response
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.time import utc_now
from quanqu.sell.fulfilment import facade

__all__ = ["take_tracking"]


@csrf_exempt
@require_POST
def take_tracking(request: HttpRequest, carrier_id: str) -> HttpResponse:
    """Answer once every event is booked for good; the same again is counted as repeated."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        done = facade.take_tracking(
            carrier_id=carrier_id, headers=headers, body=request.body, now=utc_now()
        )
    except QuanquError as error:
        return problem_response(error)
    return JsonResponse({"taken": done.taken, "repeated": done.repeated, "unknown": done.unknown})
