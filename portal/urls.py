"""The whole address space: everything of a customer lives below /a/<account>/."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from portal.desk.views.health import healthz, metrics, readyz
from registry.desk.site import operator_site
from registry.views.public import countries

customer = [
    path("", include("portal.desk.urls")),
    path("", include("portal.accounts.customer_urls")),
    path("drafts/", include("portal.drafts.urls")),
    path("notices/", include("portal.notices.urls")),
    path("operations/", include("portal.outbox.urls")),
    path("10dlc/", include("tendlc.urls")),
    path("network-registry/", include("registry.urls")),
    path("applications/", include("registry.network_urls")),
]

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="accounts:start"), name="root"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}favicon.ico"), name="favicon"),
    path("a/<int:account_id>/", include(customer)),
    path("api/v1/", include("registry.api_urls")),
    path("network-registry/countries/", countries, name="network_countries"),
    path("me/", include("portal.accounts.urls")),
    path("me/", include("allauth.urls")),
    path("unsubscribe/", include("portal.notices.mail_urls")),
    path("staff/", include("portal.notices.staff_urls")),
    path("admin/", admin.site.urls),
    path("operators/", operator_site.urls),
]

handler403 = "portal.web.views.forbidden"
handler404 = "portal.web.views.not_found"
handler500 = "portal.web.views.broken"
