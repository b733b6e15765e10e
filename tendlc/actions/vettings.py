"""What a person can do with vettings; one transaction each."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.enums import Capability
from portal.accounts.models import User
from portal.accounts.scope import Scope
from portal.history.actions import record
from portal.notices.actions import follow
from portal.notices.enums import FollowReason
from portal.outbox.actions import operation_of_form, submit
from portal.outbox.enums import Priority
from portal.records.money import Fee
from tendlc import prices, queries, wire
from tendlc.actions.submitting import NotNow, waiting_to_be_sent
from tendlc.enums import Axis, VettingState
from tendlc.models import Brand, Vetting
from tendlc.operations import IMPORT_VETTING, REQUEST_VETTING

# What a provider gets to see of a brand once a vetting is requested.
SHARED_FIELDS = (
    *("company_name", "display_name", "entity_type", "ein", "ein_issuing_country", "universal_ein"),
    *("alt_business_id_type", "alt_business_id", "street", "city", "state", "postal_code", "country"),
    *("email", "phone", "website", "vertical", "stock_symbol", "stock_exchange"),
)


@transaction.atomic
def request_vetting(
    scope: Scope, brand: Brand, *, evp_id: str, vetting_class: str, actor: User, form_token: str = ""
) -> Vetting:
    """Order a vetting: paid, and the actor's word that the provider may see the brand's data.

    Raises NotNow for a brand that Vonage does not have, AlreadyOpen while a vetting of it is on its way.
    """
    earlier = _begun(scope, brand, form_token)
    if earlier is not None:
        return earlier
    row = _new(brand, actor, evp_id, vetting_class)
    row.authorised_by, row.authorised_at = actor, timezone.now()
    row.save()
    authorised = {"provider": evp_id, "vetting_class": vetting_class, "data": list(SHARED_FIELDS)}
    record("vetting.authorised", row, actor=actor, after=authorised)
    submit(
        REQUEST_VETTING,
        row,
        actor=actor,
        api_key=brand.api_key,
        payload=wire.vetting_body({"evp_id": evp_id, "vetting_class": vetting_class}),
        natural_key=f"vetting:{brand.pk}",
        priority=Priority.PAID,
        fee=prices.vetting_fee(evp_id, vetting_class),
        form_token=form_token,
    )
    follow(brand, actor, FollowReason.SUBMITTER)
    return row


@transaction.atomic
def import_vetting(
    scope: Scope,
    brand: Brand,
    *,
    vetting_id: str,
    evp_id: str,
    vetting_class: str,
    token: str = "",
    actor: User,
    form_token: str = "",
) -> Vetting:
    """Bring in a vetting that was done elsewhere; its token is kept encrypted until it was sent.

    Raises NotNow when the brand or the vetting does not fit, AlreadyOpen when the same import is on its way.
    """
    earlier = _begun(scope, brand, form_token)
    if earlier is not None:
        return earlier
    if Vetting.objects.filter(account=scope.account, remote_id=vetting_id).exists():
        raise NotNow(_("A vetting with this id is here already."))
    row = _new(brand, actor, evp_id, vetting_class)
    row.is_import, row.remote_id, row.token = True, vetting_id, token
    row.save()
    record("vetting.import", row, actor=actor, after={"vetting_id": vetting_id, "vetting_token": token})
    submit(
        IMPORT_VETTING,
        row,
        actor=actor,
        api_key=brand.api_key,
        payload=wire.vetting_import_body({"evp_id": evp_id, "vetting_class": vetting_class}),
        natural_key=f"vetting_import:{vetting_id}"[:200],
        fee=Fee(),
        form_token=form_token,
    )
    follow(brand, actor, FollowReason.SUBMITTER)
    return row


def _begun(scope: Scope, brand: Brand, form_token: str) -> Vetting | None:
    """What an earlier click on the same form made; the checks both ways share."""
    scope.require(Capability.SUBMIT_PAID)
    earlier = operation_of_form(scope.account.pk, form_token)
    if earlier is not None:
        return queries.vettings(scope).get(pk=earlier.object_id)
    if not brand.remote_id or brand.gone_at:
        raise NotNow(_("Vonage does not have this brand."))
    return None


def _new(brand: Brand, actor: User, evp_id: str, vetting_class: str) -> Vetting:
    waiting: dict[str, Any] = waiting_to_be_sent(Axis.VETTING, VettingState.SUBMITTING)
    return Vetting(
        account_id=brand.account_id,
        client_id=brand.client_id,
        api_key_id=brand.api_key_id,
        responsible=actor,
        brand=brand,
        evp_id=evp_id,
        vetting_class=vetting_class,
        **waiting,
    )
