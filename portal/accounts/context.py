"""The door of every customer page: the account is in the URL, and strangers find nothing there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django_htmx.middleware import HtmxDetails

from portal.accounts.enums import Capability
from portal.accounts.models import Membership, User
from portal.accounts.scope import Scope, scope_of

P = ParamSpec("P")


class ScopedRequest(HttpRequest):
    """A request of a signed-in member; `scope` says where and as what."""

    user: User
    scope: Scope
    htmx: HtmxDetails


View = Callable[Concatenate[ScopedRequest, P], HttpResponseBase]


def scoped(*capabilities: Capability) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """Give a view `request.scope` of the account in the URL; 404 for strangers, 403 without the capabilities."""

    def decorate(view: View[P]) -> Callable[..., HttpResponseBase]:
        @login_required
        @wraps(view)
        def enter(request: Any, account_id: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            request.scope = scope_for(request.user, account_id)
            for capability in (Capability.VIEW, *capabilities):
                request.scope.require(capability)
            return view(request, *args, **kwargs)

        return enter

    return decorate


def scope_for(user: User, account_id: int) -> Scope:
    """The scope of a user in an account. Raises Http404 for whoever is no active member of an active account."""
    membership = (
        Membership.objects.select_related("account", "user")
        .filter(user=user, account_id=account_id, is_active=True, account__is_active=True)
        .first()
    )
    if membership is None:
        raise Http404
    return scope_of(membership)
