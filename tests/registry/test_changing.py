"""What an applied change does, effect by effect; nobody else is touched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.accounts.scope import Scope
from portal.history.models import AuditEntry, Change
from portal.notices.models import Notice
from portal.records.moves import IllegalMove
from registry.actions.changing import (
    apply_change,
    refuse_change,
    start_change,
    submit_change,
    withdraw_change,
)
from registry.actions.ending import withdraw_consent
from registry.actions.handing_over import hand_over_application, hand_over_business
from registry.actions.problems import NotNow
from registry.enums import Activity, CheckState, DecisionState, Ground
from registry.models import (
    ApplicationProfile,
    BusinessProfile,
    ChangeRequest,
    Decision,
    Disclosure,
    Operator,
    VettingCheck,
)
from registry.queries.profiles import registration_of
from registry.rules.registration import Registration
from tests.builders import make_membership, make_scope, make_user
from tests.people import browser_of
from tests.registry.builders import (
    CONTACT,
    make_application_profile,
    make_business_profile,
    make_consent,
    make_country,
    make_feature,
    make_offer,
    make_operator,
)

pytestmark = pytest.mark.django_db


@dataclass
class Scene:
    """A profile in Germany, handed over: one operator accepted it, one refused, one still looks, one is left out."""

    scope: Scope
    member: User
    staff: User
    business: BusinessProfile
    application: ApplicationProfile
    yes: Operator
    no: Operator
    open: Operator
    strict: Operator
    french: Operator

    @property
    def holding(self) -> Registration:
        return registration_of(self.business)

    def change(self, wanted: Registration, *, answers_refusal: bool = False) -> ChangeRequest:
        self.business.refresh_from_db()
        change = start_change(self.scope, self.business, actor=self.member)
        submit_change(
            self.scope, change, wanted, answers_refusal=answers_refusal, actor=self.member, draft=None
        )
        return change

    def apply(self, wanted: Registration, *, answers_refusal: bool = False) -> ChangeRequest:
        change = self.change(wanted, answers_refusal=answers_refusal)
        apply_change(change, actor=self.staff)
        self.business.refresh_from_db()
        return change

    def rounds(self, application: ApplicationProfile | None = None) -> dict[str, tuple[str, int]]:
        rows = Decision.objects.filter(
            business_profile=self.business, application_profile=application, is_latest=True
        )
        return {code: (state, number) for code, state, number in _plain(rows)}


def _plain(rows: Any) -> Iterable[tuple[str, str, int]]:
    return list(rows.values_list("operator__code", "state", "round"))


@pytest.fixture
def scene() -> Scene:
    germany, france = make_country("DE"), make_country("FR")
    operators = {code: make_operator(f"de-{code}", germany) for code in ("yes", "no", "open")}
    strict = make_operator("de-strict", germany, requires_vetting=True)
    french = make_operator("fr-one", france)
    for operator in (*operators.values(), strict, french):
        make_offer(operator, make_feature())
    membership = make_membership()
    business = make_business_profile(membership.account, countries=[germany], by=membership.user)
    make_consent(business, given=False, operators=[strict], by=membership.user)
    application = make_application_profile(business)
    now = timezone.now()
    hand_over_business(business, business.snapshots.get(), now=now)
    settle(operators["yes"], DecisionState.ACCEPTED)
    settle(operators["no"], DecisionState.REJECTED)
    hand_over_application(application, now=now)
    settle(operators["yes"], DecisionState.ACCEPTED, application)
    return Scene(
        scope=make_scope(membership),
        member=membership.user,
        staff=make_user(is_staff=True),
        business=business,
        application=application,
        strict=strict,
        french=french,
        **operators,
    )


def settle(operator: Operator, state: DecisionState, application: ApplicationProfile | None = None) -> None:
    rows = Decision.objects.filter(operator=operator, application_profile=application, is_latest=True)
    assert rows.update(state=state)


BEFORE = {
    "de-yes": ("accepted", 1),
    "de-no": ("rejected", 1),
    "de-open": ("processing", 1),
    "de-strict": ("excluded", 1),
}
APPLICATION_BEFORE = {
    "de-yes": ("accepted", 1),
    "de-no": ("rejected", 1),
    "de-open": ("waiting", 1),
    "de-strict": ("excluded", 1),
}


def test_the_scene_is_as_described(scene: Scene) -> None:
    assert scene.rounds() == BEFORE
    assert scene.rounds(scene.application) == APPLICATION_BEFORE


def test_an_added_country_starts_its_operators_and_no_others(scene: Scene) -> None:
    scene.apply(replace(scene.holding, countries=("DE", "FR")))
    assert scene.rounds() == {**BEFORE, "fr-one": ("processing", 1)}
    assert scene.rounds(scene.application) == {**APPLICATION_BEFORE, "fr-one": ("waiting", 1)}
    assert list(Disclosure.objects.filter(snapshot__version=2).values_list("recipient", flat=True)) == [
        "Fr One",
        "Fr One",
    ]


def test_a_later_consent_starts_the_operators_that_were_left_out(scene: Scene) -> None:
    scene.apply(replace(scene.holding, consent=True, contact=dict(CONTACT)))
    assert scene.rounds() == {**BEFORE, "de-strict": ("processing", 2)}
    assert scene.rounds(scene.application) == {**APPLICATION_BEFORE, "de-strict": ("waiting", 2)}
    assert VettingCheck.objects.get().operator == scene.strict


def test_an_answer_to_a_refusal_asks_exactly_who_refused(scene: Scene) -> None:
    scene.apply(scene.holding, answers_refusal=True)
    assert scene.rounds() == {**BEFORE, "de-no": ("processing", 2)}
    assert scene.rounds(scene.application) == {**APPLICATION_BEFORE, "de-no": ("waiting", 2)}


def test_a_refused_feature_alone_is_asked_again_too(scene: Scene) -> None:
    settle(scene.yes, DecisionState.REJECTED, scene.application)
    settle(scene.no, DecisionState.ACCEPTED)
    settle(scene.no, DecisionState.ACCEPTED, scene.application)
    scene.apply(scene.holding, answers_refusal=True)
    assert scene.rounds()["de-yes"] == ("accepted", 1)
    assert scene.rounds(scene.application) == {
        **APPLICATION_BEFORE,
        "de-yes": ("processing", 2),
        "de-no": ("accepted", 1),
    }


def test_changed_company_data_goes_to_everyone_who_holds_a_decision_which_stands(scene: Scene) -> None:
    renamed = {**scene.holding.values, "name": "Acme Stores GmbH"}
    scene.apply(replace(scene.holding, values=renamed))
    assert scene.business.name == "Acme Stores GmbH"
    assert scene.rounds() == {**BEFORE, "de-open": ("processing", 2)}
    given = Disclosure.objects.filter(snapshot__version=2, ground=Ground.CHANGE)
    assert sorted(given.values_list("recipient", flat=True)) == ["De No", "De Open", "De Yes"]
    newer = {
        one.operator.code: one.case.newer_snapshot.version if one.case.newer_snapshot else None
        for one in Decision.objects.filter(application_profile=None, is_latest=True)
    }
    assert newer == {"de-yes": 2, "de-no": 2, "de-open": None, "de-strict": None}
    assert Decision.objects.get(operator=scene.yes, application_profile=None).snapshot.version == 1
    assert scene.rounds(scene.application) == APPLICATION_BEFORE


def test_changed_data_that_answers_a_refusal_asks_who_refused_and_gives_it_to_the_others(
    scene: Scene,
) -> None:
    renamed = {**scene.holding.values, "name": "Acme Stores GmbH"}
    scene.apply(replace(scene.holding, values=renamed), answers_refusal=True)
    assert scene.rounds() == {**BEFORE, "de-no": ("processing", 2), "de-open": ("processing", 2)}
    assert Decision.objects.get(operator=scene.no, is_latest=True, feature=None).case.newer_snapshot is None


def test_a_removed_country_closes_its_decisions(scene: Scene) -> None:
    scene.apply(replace(scene.holding, countries=("DE", "FR")))
    settle(scene.french, DecisionState.ACCEPTED)
    Decision.objects.filter(operator=scene.french, feature=None).update(activity=Activity.SUSPENDED)
    scene.apply(replace(scene.holding, countries=("DE",)))
    assert scene.rounds() == {**BEFORE, "fr-one": ("closed", 1)}
    assert scene.rounds(scene.application)["fr-one"] == ("closed", 1)
    row = scene.business.countries.get(country__code="FR")
    assert (row.added_version, row.removed_version) == (2, 3)


def test_a_country_that_comes_back_starts_anew(scene: Scene) -> None:
    for countries in (("DE", "FR"), ("DE",), ("DE", "FR")):
        scene.apply(replace(scene.holding, countries=countries))
        settle_if_open(scene.french)
    assert scene.rounds()["fr-one"] == ("accepted", 2)
    states = Decision.objects.filter(operator=scene.french, feature=None).order_by("round")
    assert [(one.state, one.is_latest) for one in states] == [("closed", False), ("accepted", True)]


def settle_if_open(operator: Operator) -> None:
    Decision.objects.filter(operator=operator, is_latest=True, state=DecisionState.PROCESSING).update(
        state=DecisionState.ACCEPTED
    )


def test_taking_consent_back_leaves_its_operators_out_at_once(scene: Scene) -> None:
    scene.apply(replace(scene.holding, consent=True, contact=dict(CONTACT)))
    settle(scene.strict, DecisionState.ACCEPTED)
    withdraw_consent(scene.scope, scene.business, actor=scene.member)
    assert scene.rounds() == {**BEFORE, "de-strict": ("excluded", 3)}
    assert scene.rounds(scene.application)["de-strict"] == ("excluded", 3)
    assert VettingCheck.objects.get().state == CheckState.CANCELLED
    ended = Decision.objects.get(operator=scene.strict, feature=None, round=2)
    assert (ended.state, ended.is_latest) == ("closed", False)
    with pytest.raises(NotNow):
        withdraw_consent(scene.scope, scene.business, actor=scene.member)


def test_declining_in_a_change_leaves_its_operators_out(scene: Scene) -> None:
    scene.apply(replace(scene.holding, consent=True, contact=dict(CONTACT)))
    scene.apply(replace(scene.holding, consent=False, contact={}))
    assert scene.rounds()["de-strict"] == ("excluded", 3)
    assert [one.withdrawn_at is not None for one in scene.business.consents.order_by("version")] == [
        False,
        True,
        False,
    ]


def test_a_refused_change_changes_nothing(scene: Scene) -> None:
    change = scene.change(replace(scene.holding, countries=("DE", "FR")))
    refuse_change(change, actor=scene.staff, reason="No contract for France.")
    scene.business.refresh_from_db()
    assert (scene.business.version, scene.rounds()) == (1, BEFORE)
    with pytest.raises(IllegalMove):
        apply_change(change, actor=scene.staff)
    notice = Notice.objects.get(kind="registry.change_refused")
    assert notice.values == {"reason": "No contract for France."}


def test_a_withdrawn_change_cannot_be_applied(scene: Scene) -> None:
    change = scene.change(replace(scene.holding, countries=("DE", "FR")))
    withdraw_change(scene.scope, change, actor=scene.member)
    with pytest.raises(IllegalMove):
        apply_change(change, actor=scene.staff)
    with pytest.raises(NotNow):
        withdraw_change(scene.scope, change, actor=scene.member)


def test_a_submitted_change_is_withdrawn_only_by_who_could_submit_it(scene: Scene) -> None:
    editor = make_membership(make_user(), scene.business.account, role=Role.EDITOR)
    browser, scope = browser_of(editor.user), make_scope(editor)
    change = start_change(scene.scope, scene.business, actor=scene.member)
    path = reverse("registry:change_withdraw", args=[scene.business.account_id, change.pk])
    page = reverse("registry:change", args=[scene.business.account_id, change.pk])
    assert path in browser.get(page).content.decode()  # a draft is theirs to write
    wanted = replace(scene.holding, countries=("DE", "FR"))
    submit_change(scene.scope, change, wanted, answers_refusal=False, actor=scene.member, draft=None)

    assert path not in browser.get(page).content.decode()
    assert [browser.get(path).status_code, browser.post(path).status_code] == [403, 403]
    with pytest.raises(PermissionDenied):
        withdraw_change(scope, change, actor=editor.user)


def test_a_change_written_on_an_older_version_is_not_applied(scene: Scene) -> None:
    change = scene.change(replace(scene.holding, countries=("DE", "FR")))
    BusinessProfile.objects.filter(pk=scene.business.pk).update(version=7)
    with pytest.raises(NotNow):
        apply_change(change, actor=scene.staff)
    change.refresh_from_db()
    assert change.state == "submitted"


def test_only_one_change_is_open_at_a_time(scene: Scene) -> None:
    first = start_change(scene.scope, scene.business, actor=scene.member)
    assert start_change(scene.scope, scene.business, actor=scene.member) == first
    assert ChangeRequest.objects.count() == 1


def test_an_applied_change_is_on_record(scene: Scene) -> None:
    change = scene.apply(replace(scene.holding, countries=("DE", "FR")))
    change.refresh_from_db()
    assert (change.state, change.applied_version, change.decided_by) == ("applied", 2, scene.staff)
    entry = AuditEntry.objects.get(action="change_request.applied")
    assert (entry.actor, entry.after) == (scene.staff, {"version": 2})
    assert Change.objects.filter(part="Fr One FR", state_after="processing").exists()
    assert Notice.objects.get(kind="registry.change_applied").values == {"version": 2}
