"""Every address of the product."""

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from quanqu.doors.api.facade import ApiPages, build_api
from quanqu.doors.connectors.api.hooks import take_delivery
from quanqu.infra.http.facade import add_reader, healthz, livez, metrics
from quanqu.know.timeline.api.tracking import tracking_call
from quanqu.project.gauges import READERS
from quanqu.project.routers import ROUTERS
from quanqu.project.sign_in.views import forgotten_password, login_link
from quanqu.sell.fulfilment.api.hooks import take_tracking
from quanqu.sell.payments.api.hooks import take_notice
from quanqu.sell.payments.api.wellknown import domain_association


def closed(request: HttpRequest) -> HttpResponse:
    """Answer 404 where allauth would let people change their own address past the trail."""
    raise Http404(request.path)


admin.autodiscover()

for reader in READERS:
    add_reader(reader)

urlpatterns: list[URLPattern | URLResolver] = [
    *ApiPages(build_api(routers=ROUTERS)).urls(),
    path("v1/<path:call>", tracking_call),
    path("hooks/payments/<str:account_id>", take_notice),
    path("hooks/carriers/<str:carrier_id>", take_tracking),
    path("hooks/<slug:channel>/<str:code>", take_delivery),
    path(".well-known/apple-developer-merchantid-domain-association", domain_association),
    path("healthz", healthz),
    path("livez", livez),
    path("metrics", metrics),
    path("preferences/", include("quanqu.doors.preferences.urls")),
    path("admin/", admin.site.urls),
    path("account/link/<str:token>", login_link, name="login-link"),
    path("account/email/", closed),
    path("account/password/reset/", forgotten_password),
    path("account/", include("allauth.urls")),
    path("", include("quanqu.doors.console.urls")),
]

handler400 = "quanqu.infra.http.pages.bad_request"
handler403 = "quanqu.infra.http.pages.permission_denied"
handler404 = "quanqu.infra.http.pages.page_not_found"
handler500 = "quanqu.infra.http.pages.server_error"
