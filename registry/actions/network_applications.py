"""What a person can do with Vonage applications; one transaction each."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Capability
from portal.accounts.models import ApiKey, Client, Membership, User
from portal.accounts.scope import Scope
from portal.history.actions import answer_refusals, record
from portal.notices.actions import follow
from portal.notices.enums import FollowReason
from portal.outbox.actions import ask, operation_of_form, submit
from portal.outbox.models import Inquiry, Operation
from portal.records.moves import move
from registry.actions.locks import locked_keys, locked_standing
from registry.enums import Access, ApplicationState, WaitingOn
from registry.lifecycle import APPLICATION
from registry.models import ApplicationProfile, NetworkApplication
from registry.operations.names import (
    CREATE_APPLICATION,
    DELETE_APPLICATION,
    REFRESH_APPLICATION,
    SYNC_APPLICATIONS,
    UPDATE_APPLICATION,
)
from registry.queries import network_applications as queries
from registry.rules.public_key import fingerprint


class NotNow(Exception):
    """The action does not fit where the application stands."""


class CannotConnect(Exception):
    """The wish does not fit what is registered; `field` is where, `text` says what to do."""

    def __init__(self, field: str, text: str | Promise) -> None:
        super().__init__(field)
        self.field, self.text = field, text


@dataclass(frozen=True)
class Wanted:
    """What a person wants an application to be. No access means that network features are off.

    With `keeps_link` they stay what they are at Vonage, where nothing is linked here: somebody else set them.
    """

    name: str
    public_key: str
    improve_ai: bool = False
    access: str = ""
    application_profile: int | None = None
    redirect_uri: str = ""
    keeps_link: bool = False

    def __post_init__(self) -> None:
        if self.keeps_link and self.access:
            raise ValueError("what is linked here does not stay as it is there")
        if self.application_profile is not None and self.access != Access.PRODUCTION:
            raise ValueError("only Production is linked to a profile")


@transaction.atomic
def create_application(
    scope: Scope, wanted: Wanted, *, api_key: ApiKey, client: Client, actor: User, form_token: str = ""
) -> NetworkApplication:
    """Create an application at Vonage. A second click with the same token finds the first's.

    Raises CannotConnect for what is not registered, AlreadyOpen when the same public key is on its way.
    """
    scope.require(Capability.SUBMIT_PAID)
    earlier = operation_of_form(scope.account.pk, form_token)
    if earlier is not None:
        return queries.applications(scope).get(pk=earlier.object_id)
    key, profile = _may_connect(scope, wanted, api_key)
    row = NetworkApplication(
        account=scope.account,
        client=profile.client if profile else client,
        api_key=key,
        name=wanted.name,
        responsible=actor,
        **_wish(wanted, before={}),
        **_waiting(ApplicationState.SUBMITTING),
    )
    row.save()
    follow(row, actor, FollowReason.SUBMITTER)
    Membership.objects.filter(pk=scope.membership.pk).update(last_api_key=key)
    _send(CREATE_APPLICATION, row, wanted, actor, form_token, natural_key=fingerprint(wanted.public_key))
    return row


@transaction.atomic
def change_application(
    scope: Scope, row: NetworkApplication, wanted: Wanted, *, actor: User, form_token: str = ""
) -> None:
    """Make an application what is wanted: connect or disconnect it, link it to another profile, rotate its key.

    One that Vonage refused to create is sent again. Until Vonage has done it the earlier link, or none, is the one
    that counts, for the gate too. Raises CannotConnect, NotNow while something of it is on its way, AlreadyOpen.
    """
    scope.require(Capability.SUBMIT_PAID)
    if operation_of_form(scope.account.pk, form_token) is not None:
        return
    is_new = row.state == ApplicationState.REFUSED and not row.remote_id
    if not is_new and not _is_at_rest(row):
        raise NotNow
    _key, profile = _may_connect(scope, wanted, row.api_key, kept=row.application_profile_id)
    before = {} if is_new else {"access": row.access, "application_profile": row.application_profile_id}
    wish = _wish(wanted, before=before)
    if is_new:
        wish |= {"name": wanted.name, "client": profile.client if profile else row.client}
    else:
        wish = {"wished": wish["wished"]}
    waiting = _waiting(ApplicationState.SUBMITTING if is_new else ApplicationState.CHANGING)
    move(row, waiting.pop("state"), table=APPLICATION, **wish, **waiting)
    kind = CREATE_APPLICATION if is_new else UPDATE_APPLICATION
    _send(kind, row, wanted, actor, form_token, natural_key=fingerprint(wanted.public_key) if is_new else "")


@transaction.atomic
def delete_application(scope: Scope, row: NetworkApplication, *, actor: User, form_token: str = "") -> None:
    """Delete an application at Vonage, which cannot be undone. Raises NotNow, AlreadyOpen."""
    scope.require(Capability.SUBMIT_PAID)
    if operation_of_form(scope.account.pk, form_token) is not None:
        return
    if not _is_at_rest(row):
        raise NotNow
    wanted = wanted_now(row)
    before = {"access": row.access, "application_profile": row.application_profile_id}
    waiting = _waiting(ApplicationState.DELETING)
    wished = {**asdict(wanted), "before": before}
    move(row, waiting.pop("state"), table=APPLICATION, wished=wished, **waiting)
    _send(DELETE_APPLICATION, row, wanted, actor, form_token)


def wanted_now(row: NetworkApplication, **changes: Any) -> Wanted:
    """What an application is at present, with some of it changed; its key stays unless another is given."""
    now = {
        "name": row.name,
        "public_key": "",
        "improve_ai": bool(row.improve_ai),
        "access": row.access,
        "application_profile": row.application_profile_id,
        "redirect_uri": row.redirect_uri,
        "keeps_link": not (row.access or changes.get("access")),
    }
    return Wanted(**{**now, **changes})


def sync_applications(scope: Scope, api_key: ApiKey, *, actor: User) -> Inquiry:
    """Read every application of a key again."""
    scope.require(Capability.VIEW)
    return ask(SYNC_APPLICATIONS, api_key, actor=actor, api_key=api_key)


def refresh(scope: Scope, row: NetworkApplication, *, actor: User) -> Inquiry:
    """Read one application again. Raises NotNow before Vonage knows it."""
    scope.require(Capability.VIEW)
    if not row.remote_id:
        raise NotNow
    return ask(REFRESH_APPLICATION, row, actor=actor, api_key=row.api_key)


def _is_at_rest(row: NetworkApplication) -> bool:
    return row.state == ApplicationState.ACTIVE and bool(row.remote_id) and row.gone_at is None


def _may_connect(
    scope: Scope, wanted: Wanted, api_key: ApiKey, *, kept: int | None = None
) -> tuple[ApiKey, ApplicationProfile | None]:
    """The key and the profile, both held until this is written, if what is wanted is registered and allowed."""
    (key,) = locked_keys([api_key.pk])
    if key.account_id != scope.account.pk or not key.is_active or not key.secret:
        raise CannotConnect("api_key", _("Nothing can be sent with this API key. Choose another one."))
    if wanted.access != Access.PRODUCTION:
        return key, None
    profile = _held_profile(scope, wanted.application_profile, kept)
    if not queries.may_use(profile, key):
        raise CannotConnect(
            "application_profile",
            _("This API key is not assigned to the application profile. Assign it there first."),
        )
    if queries.needs_redirect_uri(profile) and not wanted.redirect_uri:
        raise CannotConnect(
            "redirect_uri", _("A feature of this profile sends people to a page and back: enter the address.")
        )
    return key, profile


def _held_profile(scope: Scope, pk: int | None, kept: int | None) -> ApplicationProfile:
    """A profile Production may be linked to; looked at again once held, for it may have been deleted meanwhile."""
    offered = queries.accepted_profiles(scope, kept=kept).filter(pk=pk or 0)
    profile = offered.first()
    if profile is not None:
        locked_standing(profile)
        profile = offered.first()
    if profile is None:
        raise CannotConnect(
            "application_profile",
            _(
                "No operator accepts this application profile at the moment. Choose another, or the Playground."
            ),
        )
    return profile


def _wish(wanted: Wanted, *, before: dict[str, Any]) -> dict[str, Any]:
    """The columns of a wish; what it was before is kept, in case Vonage refuses."""
    return {
        "wished": {**asdict(wanted), "before": before},
        "access": wanted.access,
        "application_profile_id": wanted.application_profile,
    }


def _waiting(state: str) -> dict[str, Any]:
    return {"state": state, "waiting_on": WaitingOn.VONAGE, "waiting_since": timezone.now()}


def _send(
    kind: str,
    row: NetworkApplication,
    wanted: Wanted,
    actor: User,
    form_token: str,
    *,
    natural_key: str = "",
) -> Operation:
    operation = submit(
        kind,
        row,
        actor=actor,
        api_key=row.api_key,
        payload=asdict(wanted),
        natural_key=f"application:{natural_key or row.remote_id}",
        form_token=form_token,
    )
    verb = kind.rpartition(".")[2].partition("_")[0]
    record(f"networkapplication.{verb}", row, actor=actor, after=operation.payload)
    answer_refusals(row, submission=operation.code)
    return operation
