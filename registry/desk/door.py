"""The admin site of operators and vetting agents: who gets in, and as what."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.admin import has_second_factor
from portal.accounts.models import User
from registry.queries.desk import Desk, desk_of

# Nothing is looked up here beyond one's own lists.
LEFT_OUT = {"password_change_done", "autocomplete", "view_on_site"}


def desk_for(request: HttpRequest) -> Desk:
    """The desk of whoever asks, read once a request; nobody's is empty."""
    known = getattr(request, "desk", None)
    if isinstance(known, Desk):
        return known
    user = request.user
    found = desk_of(user) if isinstance(user, User) else Desk(User())
    request.desk = found  # type: ignore[attr-defined]
    return found


class OperatorSite(AdminSite):
    """A second admin site: access comes from assignments, not from the staff flag."""

    site_header = gettext_lazy("Registration portal: operators")
    site_title = gettext_lazy("Operators")
    index_title = gettext_lazy("Your desk")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        if not (request.user.is_active and desk_for(request)):
            return False
        return not settings.STAFF_SECOND_FACTOR_REQUIRED or has_second_factor(request.user)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is no sign-in of its own: everyone comes through the portal's."""
        if self.has_permission(request):
            return redirect("operators:index")
        if not request.user.is_authenticated:
            return cast(HttpResponse, secure_admin_login(super().login)(request))
        if not desk_for(request):
            raise PermissionDenied(_("You work for no operator and no vetting agent here."))
        text = _("This site needs a second factor. Set one up here, then open it again.")
        get_adapter().add_message(request, messages.WARNING, message=text)
        return redirect("mfa_index")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # type: ignore[override]
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        return redirect("account_change_password")

    def get_urls(self) -> list[Any]:
        return [url for url in super().get_urls() if getattr(url, "name", "") not in LEFT_OUT]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            **super().each_context(request),
            "is_desk": True,
            "has_permission": self.has_permission(request),
        }


operator_site = OperatorSite(name="operators")
