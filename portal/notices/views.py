from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.context import ScopedRequest, scoped
from portal.notices import actions, catalogue, mailbox, queries
from portal.notices.catalogue import RenderedNotice
from portal.notices.enums import FollowReason
from portal.notices.forms import EmailChoices, FollowChoice
from portal.notices.models import Delivery, Follow
from portal.records.paging import keyset_page
from portal.web.htmx import wants_fragment


@dataclass(frozen=True)
class Told:
    """One line of the feed."""

    delivery: Delivery
    said: RenderedNotice


@dataclass(frozen=True)
class Followed:
    """One followed object, with its page where it has one."""

    follow: Follow
    url: str


@scoped()
@require_safe
def notice_list(request: ScopedRequest) -> HttpResponse:
    unread_only = request.GET.get("show") == "unread"
    page = keyset_page(
        queries.feed(request.scope, unread_only=unread_only), order="-id", token=request.GET.get("after", "")
    )
    context = {
        "page": page,
        "told": [Told(row, catalogue.render(row.notice)) for row in page.rows],
        "unread_only": unread_only,
        "unread": queries.unread_count(request.scope),
        "unread_limit": queries.UNREAD_LIMIT,
    }
    return render(request, "notices/notice_list.html", context)


@scoped()
@require_safe
def notice_unread(request: ScopedRequest) -> HttpResponse:
    context = {"unread": queries.unread_count(request.scope), "unread_limit": queries.UNREAD_LIMIT}
    return render(request, "notices/_notice_unread.html", context)


@scoped()
@require_safe
def notice_open(request: ScopedRequest, pk: int) -> HttpResponse:
    """Note that the person saw a notice and go to the page it is about."""
    delivery = get_object_or_404(queries.feed(request.scope), pk=pk)
    actions.mark_read(request.scope, [delivery.pk])
    return redirect(_own(delivery.notice.path) or _list_url(request))


@scoped()
@require_POST
def notice_read(request: ScopedRequest) -> HttpResponse:
    actions.mark_read(request.scope)
    messages.success(request, _("All notices are marked as read."))
    return redirect(_list_url(request))


@scoped()
@require_http_methods(["GET", "HEAD", "POST"])
def notice_settings(request: ScopedRequest) -> HttpResponse:
    # Nothing ticked posts no field at all, so the method says whether this is an answer.
    form = EmailChoices(request.POST if request.method == "POST" else None, scope=request.scope)
    if form.is_valid():
        actions.choose_emails(request.scope, form.cleaned_data["wanted"])
        messages.success(request, _("Saved. From now on you get the e-mails you chose."))
        return redirect(_settings_url(request))
    page = keyset_page(queries.follows(request.scope), order="-id", token=request.GET.get("after", ""))
    followed = [Followed(follow, _page_of(request, follow)) for follow in page.rows]
    return render(request, "notices/notice_settings.html", {"form": form, "page": page, "followed": followed})


@scoped()
@require_POST
def notice_follow(request: ScopedRequest) -> HttpResponse:
    """Follow an object the person can see, or stop; stopping works for what they no longer see too."""
    form = FollowChoice(request.POST)
    if not form.is_valid():
        raise Http404
    object_type, object_id = form.cleaned_data["object_type"], form.cleaned_data["object_id"]
    if form.cleaned_data["wanted"]:
        _follow(request, object_type, object_id)
    else:
        _unfollow(request, object_type, object_id)
    if wants_fragment(request):
        context = {
            "object_type": object_type,
            "object_id": object_id,
            "following": form.cleaned_data["wanted"],
            "next": request.POST.get("next", ""),
        }
        return render(request, "notices/_notice_follow.html", context)
    return redirect(_own(request.POST.get("next", "")) or _settings_url(request))


@require_safe
def mailbox_list(request: HttpRequest) -> HttpResponse:
    _demo_staff_only(request)
    return render(request, "notices/mailbox_list.html", {"mails": mailbox.list_mails()})


@require_safe
def mailbox_mail(request: HttpRequest, name: str) -> HttpResponse:
    _demo_staff_only(request)
    mail = mailbox.read_mail(name)
    if mail is None:
        raise Http404
    return render(request, "notices/mailbox_mail.html", {"mail": mail})


def _demo_staff_only(request: HttpRequest) -> None:
    """Mails hold sign-in links of everybody, so outside a demo nobody reads them here."""
    if not (settings.DEMO and request.user.is_active and request.user.is_staff):
        raise Http404


def _follow(request: ScopedRequest, object_type: str, object_id: int) -> None:
    followed_type = catalogue.followed_types.get(object_type)
    obj = followed_type.lookup(request.scope, object_id) if followed_type else None
    if obj is None:
        raise Http404
    actions.follow(obj, request.scope.user, FollowReason.SUBSCRIBER)


def _unfollow(request: ScopedRequest, object_type: str, object_id: int) -> None:
    rows = Follow.objects.filter(account=request.scope.account, user=request.scope.user)
    for row in rows.filter(object_type=object_type, object_id=object_id):
        actions.end_follow(row)


def _page_of(request: ScopedRequest, follow: Follow) -> str:
    followed_type = catalogue.followed_types.get(follow.object_type)
    if followed_type is None or not followed_type.page:
        return ""
    return reverse(followed_type.page, args=[_account_id(request), follow.object_id])


def _account_id(request: ScopedRequest) -> int:
    return request.scope.account.pk


def _list_url(request: ScopedRequest) -> str:
    return reverse("notices:list", args=[_account_id(request)])


def _settings_url(request: ScopedRequest) -> str:
    return reverse("notices:settings", args=[_account_id(request)])


def _own(path: str) -> str:
    """A path of this site, or "": nobody is sent elsewhere."""
    return path if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else ""
