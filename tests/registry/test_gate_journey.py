"""The gate asked after each step of a registration, with the actions that people and operators really take."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as changed

import pytest

from registry.actions.application_profiles import (
    StillLinked,
    delete_application_profile,
    submit_application_profile,
)
from registry.actions.changing import apply_change, start_change, submit_change
from registry.actions.network_applications import change_application, delete_application, wanted_now
from registry.actions.submitting import submit_business_profile
from registry.enums import Access, DecisionState, Ruling
from registry.gate import Denial, Question
from registry.models import ApplicationProfile, BusinessProfile, Decision, NetworkApplication, Operator
from registry.queries.gate import ask_gate
from registry.queries.network_applications import accepted_profiles
from registry.queries.profiles import registration_of
from registry.rules.application import ApplicationWish, FeatureWish
from registry.rules.registration import Registration
from registry.sync.decisions import Answer, Line, Outcome, absorb_decision
from tests.builders import make_user
from tests.registry.builders import (
    BUSINESS_PERSONAL,
    BUSINESS_VALUES,
    make_country,
    make_feature,
    make_offer,
    make_operator,
    make_purpose,
)
from tests.registry.conftest import Desk, run
from tests.tendlc.builders import make_draft

pytestmark = [pytest.mark.django_db, pytest.mark.processes]

WISH = ApplicationWish(
    name="Checkout",
    category_code="finance",
    locations=("DE",),
    use_case="We ask whether a SIM was swapped before a payment is made.",
    privacy_policy_url="https://acme.example/privacy",
    terms_url="https://acme.example/terms",
    features=(FeatureWish("sim-swap", "FraudPreventionAndDetection", "It stops fraud."),),
)


@dataclass
class Road:
    """Acme on its way through the operator de-one; es-one only keeps the profile alive without Germany."""

    desk: Desk
    operator: Operator

    def asked(self, application: NetworkApplication, **changes: str) -> str:
        """Why a request of the application is not forwarded to the operator now; "" when it is."""
        question = Question(
            application_id=application.remote_id,
            api_key=self.desk.api_key.key,
            feature="sim-swap",
            purpose="FraudPreventionAndDetection",
            operator=self.operator.code,
        )
        answer = ask_gate(changed(question, **changes))
        return "" if answer.allowed else str(answer.reason)

    def say(self, ruling: Ruling, profile: BusinessProfile | ApplicationProfile) -> None:
        """Rule as the operator's desk does, on everything of the profile."""
        cases = profile.cases.filter(operator=self.operator)
        case = cases.get(application_profile=None) if isinstance(profile, BusinessProfile) else cases.get()
        rows = Decision.objects.filter(case=case, is_latest=True)
        lines = tuple(Line(ruling, row.round, row.snapshot_id, row.feature_id) for row in rows)
        reference = f"{case.pk}:{case.answers.count()}"
        said = absorb_decision(Answer(case.pk, reference, lines, network_application_id="net-42"))
        assert said.outcome == Outcome.APPLIED, said

    def register(self) -> BusinessProfile:
        scope = self.desk.scope
        registration = Registration(("DE", "ES"), dict(BUSINESS_VALUES), dict(BUSINESS_PERSONAL))
        draft = make_draft(scope.account, kind="registry.business")
        return submit_business_profile(
            scope, registration, client=scope.clients()[0], actor=scope.user, draft=draft
        )

    def profile_of(self, business: BusinessProfile) -> ApplicationProfile:
        draft = make_draft(self.desk.scope.account, kind="registry.application", parent_id=business.pk)
        return submit_application_profile(
            self.desk.scope,
            business,
            WISH,
            api_key=self.desk.api_key,
            actor=self.desk.scope.user,
            draft=draft,
        )

    def leave_country(self, business: BusinessProfile) -> None:
        business.refresh_from_db()
        scope = self.desk.scope
        change = start_change(scope, business, actor=scope.user)
        wanted = changed(registration_of(business), countries=("ES",))
        submit_change(scope, change, wanted, answers_refusal=False, actor=scope.user, draft=None)
        apply_change(change, actor=make_user(is_staff=True))


@pytest.fixture
def road(desk: Desk) -> Road:
    feature = make_feature("sim-swap")
    make_purpose()
    german, spanish = make_operator("de-one", make_country("DE")), make_operator("es-one", make_country("ES"))
    for operator in (german, spanish):
        make_offer(operator, feature)
    return Road(desk, german)


def test_the_gate_reads_what_the_real_actions_write(road: Road) -> None:
    desk = road.desk
    application = desk.known_application()
    assert road.asked(application) == Denial.NOT_ENABLED

    business = road.register()
    profile = road.profile_of(business)
    assert set(Decision.objects.values_list("application_profile", "operator__code", "state")) >= {
        (None, "de-one", DecisionState.PROCESSING),
        (profile.pk, "de-one", DecisionState.WAITING),
    }
    road.say(Ruling.ACCEPT, business)
    assert not accepted_profiles(desk.scope).exists()
    road.say(Ruling.ACCEPT, profile)
    assert list(accepted_profiles(desk.scope)) == [profile]

    wanted = wanted_now(application, access=Access.PRODUCTION, application_profile=profile.pk)
    change_application(desk.scope, application, wanted, actor=desk.scope.user)
    run()
    application.refresh_from_db()
    assert application.remote_network_application_id == "net-42"
    assert road.asked(application) == ""
    assert road.asked(application, operator="es-one") == Denial.BUSINESS_PENDING
    assert road.asked(application, purpose="Marketing") == Denial.PURPOSE_MISMATCH
    assert road.asked(application, mode=Access.PLAYGROUND) == Denial.MODE_MISMATCH

    road.say(Ruling.SUSPEND, profile)
    assert road.asked(application) == Denial.SUSPENDED
    road.say(Ruling.REINSTATE, profile)
    assert road.asked(application) == ""
    road.say(Ruling.SUSPEND, business)
    assert road.asked(application) == Denial.BUSINESS_SUSPENDED
    road.say(Ruling.REINSTATE, business)
    assert road.asked(application) == ""

    road.leave_country(business)
    assert road.asked(application) == Denial.COUNTRY_NOT_REQUESTED

    with pytest.raises(StillLinked):
        delete_application_profile(desk.scope, profile, confirmed=True, actor=desk.scope.user)
    delete_application(desk.scope, application, actor=desk.scope.user)
    run()
    delete_application_profile(desk.scope, profile, actor=desk.scope.user, confirmed=True)
    application.refresh_from_db()
    assert road.asked(application) == Denial.APPLICATION_DELETED


def test_a_new_application_is_forwarded_once_vonage_has_it(road: Road) -> None:
    """And not any more after the operator took its yes back."""
    desk = road.desk
    business = road.register()
    profile = road.profile_of(business)
    road.say(Ruling.ACCEPT, business)
    road.say(Ruling.ACCEPT, profile)
    application = desk.application(access=Access.PRODUCTION, application_profile=profile.pk)
    assert road.asked(application) == Denial.MALFORMED  # Vonage has given it no id yet
    run()
    application.refresh_from_db()
    assert road.asked(application) == ""
    road.say(Ruling.REVOKE, profile)
    assert road.asked(application) == Denial.REVOKED
