"""Who is in the account: everyone sees it, admins change it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts import actions, queries
from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.accounts.forms import InviteForm, MemberForm
from portal.accounts.problems import Refused

page_and_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@scoped()
def members(request: ScopedRequest) -> HttpResponse:
    context = {
        "members": queries.member_rows(request.scope),
        "invitations": queries.invitation_rows(request.scope),
        "manages": request.scope.can(Capability.MANAGE_MEMBERS),
    }
    return render(request, "accounts/members.html", context)


@page_and_form
@scoped(Capability.MANAGE_MEMBERS)
def member_invite(request: ScopedRequest) -> HttpResponse:
    form = InviteForm(request.POST or None, scope=request.scope)
    if request.method == "POST" and form.is_valid():
        try:
            issued = actions.invite_member(
                request.scope,
                email=form.cleaned_data["email"],
                role=form.cleaned_data["role"],
                clients=form.chosen_clients,
                actor=request.user,
            )
        except Refused as problem:
            form.add_error(None, str(problem))
        else:
            _tell(request, issued)
            return redirect("account:members", request.scope.account.pk)
    return render(request, "accounts/member_invite.html", {"form": form})


@page_and_form
@scoped(Capability.MANAGE_MEMBERS)
def member_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(queries.members(request.scope), pk=pk)
    form = MemberForm(request.POST or None, scope=request.scope, membership=member)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_member(
                request.scope,
                member,
                role=form.cleaned_data["role"],
                clients=form.chosen_clients,
                actor=request.user,
            )
        except Refused as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("%(member)s is changed.") % {"member": member.user})
            return redirect("account:members", request.scope.account.pk)
    return render(request, "accounts/member_edit.html", {"form": form, "member": member})


@page_and_form
@scoped(Capability.MANAGE_MEMBERS)
def member_remove(request: ScopedRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(queries.members(request.scope), pk=pk)
    if request.method == "POST":
        try:
            actions.remove_member(request.scope, member, actor=request.user)
        except Refused as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("%(member)s is no longer a member.") % {"member": member.user})
            if member.user_id == request.user.pk:
                return redirect("accounts:start")
        return redirect("account:members", request.scope.account.pk)
    return render(request, "accounts/member_remove.html", {"member": member})


@page_and_form
@scoped(Capability.MANAGE_MEMBERS)
def invitation_revoke(request: ScopedRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(queries.open_invitations(request.scope), pk=pk)
    if request.method == "POST":
        try:
            actions.revoke_invitation(request.scope, invitation, actor=request.user)
        except Refused as problem:
            messages.error(request, str(problem))
        else:
            text = _("The invitation of %(email)s is taken back. Its link no longer works.")
            messages.success(request, text % {"email": invitation.email})
        return redirect("account:members", request.scope.account.pk)
    return render(request, "accounts/invitation_revoke.html", {"invitation": invitation})


def _tell(request: ScopedRequest, issued: actions.Issued) -> None:
    email = {"email": issued.invitation.email}
    if issued.mail():
        messages.success(request, _("%(email)s has been sent an invitation.") % email)
    else:
        text = _(
            "The invitation of %(email)s is saved, but the mail server did not take it. Invite again later."
        )
        messages.error(request, text % email)
