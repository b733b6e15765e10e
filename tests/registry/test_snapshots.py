"""What was submitted never changes: on the engine in use, by any door; what may change does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from portal.records import triggers
from registry.actions.handing_over import hand_over_application, hand_over_business
from registry.models import (
    ApplicationProfile,
    BusinessSnapshot,
    Decision,
    Disclosure,
    ProfileFeature,
    Requirement,
    RequirementAnswer,
    SnapshotPersonal,
    VettingConsent,
)
from tests.builders import make_membership, make_user
from tests.people import browser_of
from tests.registry.builders import (
    make_application_profile,
    make_business_profile,
    make_consent,
    make_country,
    make_offer,
    make_operator,
)

pytestmark = pytest.mark.django_db


@contextmanager
def refused() -> Iterator[None]:
    with pytest.raises(IntegrityError, match="keeps what was written"), transaction.atomic():
        yield


def change(row: models.Model, **values: Any) -> None:
    assert type(row)._base_manager.filter(pk=row.pk).update(**values) == 1


@pytest.fixture
def registered() -> ApplicationProfile:
    """A profile, its application profile, a consent, and both handed over."""
    operator = make_operator("de-one", make_country("DE"), requires_vetting=True)
    make_offer(operator)
    membership = make_membership()
    business = make_business_profile(membership.account, by=membership.user)
    make_consent(business, operators=[operator], by=membership.user)
    hand_over_business(business, business.snapshots.get(), now=timezone.now())
    application = make_application_profile(business)
    hand_over_application(application, now=timezone.now())
    return application


def test_every_table_that_holds_what_was_submitted_declares_a_guard() -> None:
    kept = {
        ApplicationProfile,
        BusinessSnapshot,
        Decision,
        Disclosure,
        ProfileFeature,
        RequirementAnswer,
        VettingConsent,
    }
    assert kept <= set(triggers.guards())


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("values", {"name": "Somebody else"}),
        ("countries", ["FR"]),
        ("version", 9),
        ("content_hash", "0" * 64),
        ("personal_hash", "0" * 64),
        ("at", timezone.now()),
    ],
)
def test_a_snapshot_keeps_every_column(registered: ApplicationProfile, column: str, value: Any) -> None:
    with refused():
        change(BusinessSnapshot.objects.get(), **{column: value})


def test_a_snapshot_can_be_neither_deleted_nor_changed_in_sql(registered: ApplicationProfile) -> None:
    for statement in (
        "DELETE FROM registry_businesssnapshot",
        "UPDATE registry_businesssnapshot SET content_hash = 'x'",
    ):
        with refused(), connection.cursor() as cursor:
            cursor.execute(statement)
    snapshot = BusinessSnapshot.objects.get()
    snapshot.values = {"name": "Somebody else"}
    with refused():
        snapshot.save()


def test_the_admin_offers_no_way_to_change_a_snapshot(registered: ApplicationProfile) -> None:
    browser = browser_of(make_user(is_staff=True, is_superuser=True))
    pk = BusinessSnapshot.objects.get().pk
    assert browser.get(f"/admin/registry/businesssnapshot/{pk}/change/").status_code == 200
    body = {"version": 7}
    assert browser.post(f"/admin/registry/businesssnapshot/{pk}/change/", body).status_code == 403
    assert browser.post(f"/admin/registry/businesssnapshot/{pk}/delete/").status_code == 403


def test_a_disclosure_stays_as_it_was_written(registered: ApplicationProfile) -> None:
    for entry in Disclosure.objects.all():
        with refused():
            change(entry, fields=[])
        with refused():
            entry.delete()
    assert Disclosure.objects.count() == 3


@pytest.mark.parametrize(
    ("column", "value"),
    [("given", False), ("text", "I agree to everything."), ("operators", []), ("version", 9)],
)
def test_a_consent_keeps_what_was_agreed_to(registered: ApplicationProfile, column: str, value: Any) -> None:
    with refused():
        change(VettingConsent.objects.get(), **{column: value})


def test_a_consent_can_be_withdrawn_and_its_contact_blanked(registered: ApplicationProfile) -> None:
    change(VettingConsent.objects.get(), withdrawn_at=timezone.now(), contact_name="", contact_email="")


def test_personal_values_can_be_blanked_beside_a_snapshot_that_stays(registered: ApplicationProfile) -> None:
    change(SnapshotPersonal.objects.get(), values={}, erased_at=timezone.now())


def test_an_answer_keeps_what_was_accepted_and_lets_the_personal_part_go(
    registered: ApplicationProfile,
) -> None:
    operator = make_operator("de-two", make_country("DE"))
    asked = Requirement.objects.create(
        code="terms", name="Terms", level="business", operator=operator, answer_type="terms", text="Accept?"
    )
    business = registered.business_profile
    answer = RequirementAnswer.objects.create(
        account=business.account,
        client=business.client,
        business_profile=business,
        requirement=asked,
        value={"answer": True},
        personal={"answer": "Ada"},
        terms_version="1",
        by=make_user(),
    )
    change(answer, personal={})
    with refused():
        change(answer, terms_version="2")


@pytest.mark.parametrize("column", ["round", "snapshot_id", "operator_id", "feature_id"])
def test_a_decision_keeps_what_it_was_asked_on(registered: ApplicationProfile, column: str) -> None:
    decision = Decision.objects.filter(feature__isnull=False).latest("pk")
    with refused():
        change(decision, **{column: getattr(decision, column)})
