from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.models import Client
from portal.notices import actions, catalogue, mailbox, queries
from portal.notices.catalogue import RenderedNotice
from portal.notices.enums import FollowReason
from portal.notices.forms import FollowChoice, TopicChoice
from portal.notices.models import Delivery, Follow
from portal.notices.tokens import read_token
from portal.records.paging import keyset_page
from portal.web.htmx import wants_fragment

TOP_LIMIT = 20
CLIENT_LIMIT = 500


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
    """Newest first; what needs somebody stands above the first page until it is done."""
    show = request.GET.get("show", "")
    token = request.GET.get("after", "")
    open_rows = queries.open_notices(request.scope)
    feed = queries.feed(request.scope, unread_only=show == "unread")
    rows = {"open": open_rows, "unread": feed}.get(show, feed.exclude(queries.OPEN))
    page = keyset_page(rows, order="-id", token=token)
    on_top = [] if show or page.previous else list(open_rows.order_by("-id")[: TOP_LIMIT + 1])
    context = {
        "page": page,
        "told": _told(page.rows),
        "on_top": _told(on_top[:TOP_LIMIT]),
        "more_open": len(on_top) > TOP_LIMIT,
        "show": show if show in ("open", "unread") else "",
        "unread": queries.unread_count(request.scope),
        "unread_limit": queries.UNREAD_LIMIT,
    }
    return render(request, "notices/notice_list.html", context)


def _told(rows: Iterable[Delivery]) -> list[Told]:
    return [Told(row, catalogue.render(row.notice)) for row in rows]


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
    """How a person is told, by topic: for all clients, or for the one in the address."""
    client = _chosen_client(request)
    if request.method == "POST" and client and "forget" in request.POST:
        actions.forget_choices(request.scope, client.pk)
        messages.success(request, _("For %(client)s your general choices hold again.") % {"client": client})
        return redirect(_settings_url(request))
    forms = _topic_forms(request, client)
    if request.method == "POST" and all(form.is_valid() for form in forms):
        chosen = {str(form.topic): form.choice for form in forms}
        actions.choose(request.scope, client.pk if client else None, chosen)
        messages.success(request, _("Saved. From now on you are told the way you chose."))
        return redirect(f"{_settings_url(request)}?client={client.pk}" if client else _settings_url(request))
    return render(request, "notices/notice_settings.html", _settings_context(request, client, forms))


def _chosen_client(request: ScopedRequest) -> Client | None:
    wanted = request.GET.get("client", "")
    if not wanted:
        return None
    return get_object_or_404(request.scope.clients(), pk=wanted if wanted.isdecimal() else None)


def _topic_forms(request: ScopedRequest, client: Client | None) -> list[TopicChoice]:
    # Nothing ticked posts no field at all, so the method says whether this is an answer.
    data = request.POST if request.method == "POST" else None
    client_id = client.pk if client else None
    return [
        TopicChoice(data, topic=topic, kinds=kinds, choice=queries.choice_of(request.scope, topic, client_id))
        for topic, kinds in catalogue.topics().items()
    ]


def _settings_context(
    request: ScopedRequest, client: Client | None, forms: list[TopicChoice]
) -> dict[str, Any]:
    page = keyset_page(queries.follows(request.scope), order="-id", token=request.GET.get("after", ""))
    clients = list(request.scope.clients()[: CLIENT_LIMIT + 1])
    apart = queries.subscriptions(request.scope).exclude(client=None).values("client")
    return {
        "forms": forms,
        "client": client,
        "clients": clients if len(clients) > 1 else [],
        "apart": request.scope.clients().filter(pk__in=apart),
        "page": page,
        "followed": [Followed(follow, _page_of(request, follow)) for follow in page.rows],
    }


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End mails without signing in: a mail program posts here (RFC 8058), a person sees a button first."""
    leave = read_token(token)
    if request.method == "POST":
        actions.unsubscribe(leave.membership, leave.topics)
    context = {
        "topics": [topic.label for topic in leave.topics],
        "account": leave.membership.account,
        "is_done": request.method == "POST",
        "settings_url": reverse("notices:settings", args=[leave.membership.account_id]),
    }
    return render(request, "notices/unsubscribe.html", context)


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
