"""GET /.well-known/apple-developer-merchantid-domain-association: read by Apple, without rights."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from quanqu.sell.payments import facade

__all__ = ["domain_association"]


@require_safe
def domain_association(request: HttpRequest) -> HttpResponse:
    """Answer with the file of the account that names this domain, or 404."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    found = facade.find_domain_association(host=host.lower())
    if found is None:
        raise Http404(request.path)
    return HttpResponse(found, content_type="text/plain")
