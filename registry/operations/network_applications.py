"""Applications: what to send, what proves that it happened, what to store.

A payload holds what a person wants; the id of the network application is looked up when it is sent, since
Vonage may not have told it before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.notices.actions import tell
from portal.notices.catalogue import register_object
from portal.outbox.kinds import Found, Kind, Sighting, TakenAlready, register
from portal.outbox.models import Operation
from portal.outbox.storing import refusal_of
from portal.vonage.http import ApiClient
from portal.vonage.outcomes import Outcome
from portal.vonage.problems import NotFound, NotSent, PlaygroundUnknown, ProfileUnknown, VonageError
from registry import wire
from registry.client import ApplicationsClient
from registry.enums import Access, ApplicationState, WaitingOn
from registry.messages import application_path
from registry.models import NetworkApplication
from registry.operations.names import CREATE_APPLICATION, DELETE_APPLICATION, UPDATE_APPLICATION
from registry.queries import network_applications as queries
from registry.rules.public_key import fingerprint
from registry.sync.network_applications import absorb_application, absorb_deletion

register_object(
    "registry.networkapplication",
    lookup=lambda scope, pk: queries.applications(scope).filter(pk=pk).first(),
    page="applications:application",
)


class _Application(Kind):
    """What the three kinds have in common."""

    refusal_notice = "registry.application_refused"

    def page(self, operation: Operation) -> str:
        return application_path(operation.account_id, operation.object_id)

    def prepare(self, operation: Operation, api: ApiClient) -> None:
        """Nothing is sent while Vonage has not told the id that it needs."""
        _capability(operation.payload)

    def refused(self, operation: Operation, problem: Mapping[str, Any]) -> None:
        """The link goes back to what it was before, and its people are told why, unless they took it back."""
        row = _row(operation)
        before = row.wished.get("before") or {}
        row.state = ApplicationState.ACTIVE if row.remote_id else ApplicationState.REFUSED
        row.access = before.get("access", "")
        row.application_profile_id = before.get("application_profile")
        row.waiting_on = WaitingOn.NOBODY if row.remote_id else WaitingOn.US
        row.waiting_since = timezone.now()
        row.save()
        if problem.get("code") == "cancelled":
            return
        refusal_of(operation, row, problem)
        detail = str(problem.get("detail") or problem.get("title") or problem.get("code"))
        kind = self.refusal_notice
        tell(kind, row, key=f"{kind}:{operation.pk}", path=self.page(operation), values={"detail": detail})


@register
class CreateApplication(_Application):
    """POST an application. Evidence: its public key."""

    name = CREATE_APPLICATION
    label = _("Create an application")

    def look(self, operation: Operation, api: ApiClient) -> Sighting:
        began, wanted = timezone.now(), fingerprint(operation.payload["public_key"])
        walk = ApplicationsClient(api).walk_applications()
        found = tuple(
            Found(one.id, one.raw, began) for one in walk if one.id and fingerprint(one.public_key) == wanted
        )
        return Sighting(found, walk.complete)

    def send(self, operation: Operation, api: ApiClient) -> Found:
        wanted = operation.payload
        capability = _capability(wanted)
        body = wire.application_body(
            name=wanted["name"],
            public_key=wanted["public_key"],
            capabilities={wire.NETWORK_APIS: capability} if capability else {},
            improve_ai=wanted["improve_ai"],
        )
        record = ApplicationsClient(api).create_application(body)
        return Found(record.id, record.raw)

    def applied(self, operation: Operation, found: Found) -> None:
        row = _row(operation)
        _fold_twin(row, found)
        _store(row, found)


@register
class UpdateApplication(_Application):
    """PUT an application, whole: read it, change what is wanted, write everything else back as it was.

    Evidence: what is wanted can be read. It may be written more than once.
    """

    name = UPDATE_APPLICATION
    label = _("Change an application")
    idempotent = True

    def look(self, operation: Operation, api: ApiClient) -> Sighting:
        began = timezone.now()
        try:
            record = ApplicationsClient(api).get_application(_row(operation).remote_id)
        except NotFound:
            return Sighting()
        if not _is_as_wanted(record, operation.payload):
            return Sighting()
        return Sighting((Found(record.id, record.raw, began),))

    def send(self, operation: Operation, api: ApiClient) -> Found:
        wanted, client = operation.payload, ApplicationsClient(api)
        current = _read_before_writing(client, _row(operation).remote_id)
        body = wire.application_body(
            name=wanted["name"],
            public_key=wanted["public_key"] or current.public_key,
            capabilities=_capabilities(current, wanted),
            improve_ai=wanted["improve_ai"],
        )
        record = client.replace_application(current.id, body)
        return Found(record.id, record.raw)

    def applied(self, operation: Operation, found: Found) -> None:
        _store(_row(operation), found)


@register
class DeleteApplication(_Application):
    """DELETE an application. Evidence: a 404 for what this key has read before, while it may still read its list."""

    name = DELETE_APPLICATION
    label = _("Delete an application")
    idempotent = True

    def prepare(self, operation: Operation, api: ApiClient) -> None:
        """Deleting needs nothing but the id."""

    def look(self, operation: Operation, api: ApiClient) -> Sighting:
        client, remote_id = ApplicationsClient(api), _row(operation).remote_id
        try:
            client.get_application(remote_id)
        except NotFound:
            client.list_applications(page=1, page_size=1)
            return Sighting((Found(remote_id),))
        return Sighting()

    def send(self, operation: Operation, api: ApiClient) -> Found:
        client, remote_id = ApplicationsClient(api), _row(operation).remote_id
        try:
            client.delete_application(remote_id)
        except NotFound:  # somebody else was quicker, unless this key may no longer look
            client.list_applications(page=1, page_size=1)
        return Found(remote_id)

    def applied(self, operation: Operation, found: Found) -> None:
        absorb_deletion(_row(operation), told=False)


def _row(operation: Operation) -> NetworkApplication:
    return NetworkApplication.objects.select_related("api_key").get(pk=operation.object_id)


def _capability(wanted: Mapping[str, Any]) -> dict[str, str] | None:
    """What the capability is to hold; None where it is to be off. Raises NotSent while the id is not known."""
    if not wanted["access"]:
        return None
    known_as = queries.network_application_id(wanted["access"], wanted["application_profile"])
    if not known_as:
        raise PlaygroundUnknown() if wanted["access"] == Access.PLAYGROUND else ProfileUnknown()
    return wire.network_apis(network_application_id=known_as, redirect_uri=wanted["redirect_uri"])


def _capabilities(current: wire.Application, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """All that the application can do now, with ours switched as wanted, or left alone if it is not ours."""
    if wanted.get("keeps_link"):
        return dict(current.capabilities)
    others = {name: one for name, one in current.capabilities.items() if name != wire.NETWORK_APIS}
    capability = _capability(wanted)
    return others if capability is None else {**others, wire.NETWORK_APIS: capability}


def _is_as_wanted(record: wire.Application, wanted: Mapping[str, Any]) -> bool:
    key = wanted["public_key"]
    return (
        record.name == wanted["name"]
        and record.improve_ai is wanted["improve_ai"]
        and (not key or fingerprint(record.public_key) == fingerprint(key))
        and record.capabilities == _capabilities(record, wanted)
    )


def _read_before_writing(client: ApplicationsClient, remote_id: str) -> wire.Application:
    """The read that a PUT starts from; when it fails nothing was written."""
    try:
        return client.get_application(remote_id)
    except VonageError as error:
        if error.outcome is Outcome.UNKNOWN:
            raise NotSent(reason="read_failed") from error
        raise


def _store(row: NetworkApplication, found: Found) -> None:
    """Take in the proof; the link is now what was wished."""
    record = wire.Application.from_json(dict(found.raw))
    row = absorb_application(record, api_key=row.api_key, asked_at=found.asked_at, application=row)
    row.state, row.waiting_on, row.waiting_since = (
        ApplicationState.ACTIVE,
        WaitingOn.NOBODY,
        timezone.now(),
    )
    if not row.wished.get("keeps_link"):
        _link_as_wished(row)
    row.save()


def _link_as_wished(row: NetworkApplication) -> None:
    row.access = row.wished["access"]
    row.application_profile_id = row.wished["application_profile"]
    if row.application_profile is not None:
        row.client_id = row.application_profile.client_id


def _fold_twin(keeper: NetworkApplication, found: Found) -> None:
    """A sync may have mirrored the new application before its answer was stored: that row gives way to ours."""
    twins = NetworkApplication.objects.filter(account_id=keeper.account_id, remote_id=found.remote_id)
    for twin in twins.exclude(pk=keeper.pk):
        if twin.wished or (twin.client_id != keeper.client_id and not twin.client.is_self):
            raise TakenAlready(str(twin))
        twin.delete()
