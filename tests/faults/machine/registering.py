"""Rules of the Network Registry: profiles, what operators say of them, and applications that use them."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from portal.drafts.models import Draft
from registry.actions.application_profiles import (
    delete_application_profile,
    submit_application_profile,
    withdraw_application_profile,
)
from registry.actions.ending import withdraw_business_profile
from registry.actions.network_applications import (
    Wanted,
    change_application,
    create_application,
    delete_application,
    wanted_now,
)
from registry.actions.submitting import submit_business_profile
from registry.enums import Ruling
from registry.lifecycle.rulings import offered
from registry.models import ApplicationProfile, BusinessProfile, Decision, NetworkApplication
from registry.rules.application import ApplicationWish, FeatureWish
from registry.rules.registration import Registration
from registry.sync.decisions import Answer, Line, absorb_decision
from tests.faults.machine.acting import Acting
from tests.registry.builders import BUSINESS_PERSONAL, BUSINESS_VALUES
from tests.registry.network_builders import make_public_key

WHICH = st.integers(0, 5)


class Registering(Acting):
    @rule()
    def submit_business(self) -> None:
        registration = Registration(("DE",), BUSINESS_VALUES, BUSINESS_PERSONAL)
        client = self.stage.scope.clients()[0]
        self.stage.try_to(submit_business_profile, registration, client=client, draft=self._draft("business"))

    @rule(which=WHICH)
    def withdraw_business(self, which: int) -> None:
        self.stage.try_to(withdraw_business_profile, self.stage.pick(BusinessProfile.objects.all(), which))

    @rule(which=WHICH)
    def submit_application(self, which: int) -> None:
        business = self.stage.pick(BusinessProfile.objects.all(), which)
        features = (FeatureWish(self.stage.feature.code, self.stage.purpose.code, "Against fraud"),)
        url = "https://acme.example/"
        wish = ApplicationWish("Checkout", "finance", ("DE",), "Before a payment.", url, url, features)
        self.stage.try_to(
            submit_application_profile,
            business,
            wish,
            api_key=self.stage.api_key,
            draft=self._draft("application"),
        )

    @rule(which=WHICH, confirmed=st.booleans())
    def let_go_of_application(self, which: int, confirmed: bool) -> None:
        profile = self.stage.pick(ApplicationProfile.objects.all(), which)
        if confirmed:
            self.stage.try_to(delete_application_profile, profile, confirmed=True)
        else:
            self.stage.try_to(withdraw_application_profile, profile)

    @rule(which=WHICH, how=st.integers(0, 7))
    def operator_rules(self, which: int, how: int) -> None:
        """Any ruling that fits, most often a yes."""
        decision = self.stage.pick(Decision.objects.filter(is_latest=True), which)
        possible = offered(state=decision.state, activity=decision.activity)
        yes = [one for one in possible if one[0] == Ruling.ACCEPT]
        self.rule_on(
            decision, *(yes[0] if yes and how > 3 else possible[how % len(possible)]) if possible else ()
        )

    @rule(which=WHICH)
    def operators_accept_everything(self, which: int) -> None:
        """So that examples reach what lies behind a yes of both levels."""
        business = self.stage.pick(BusinessProfile.objects.all(), which)
        for decision in Decision.objects.filter(business_profile=business, is_latest=True).order_by("pk"):
            decision.refresh_from_db()
            if (Ruling.ACCEPT, False) in offered(state=decision.state, activity=decision.activity):
                self.rule_on(decision, Ruling.ACCEPT, False)

    def rule_on(self, decision: Decision, ruling: Ruling | None = None, corrects: bool = False) -> None:
        if ruling is None:
            return
        row = decision
        line = Line(
            ruling, row.round, row.snapshot_id, row.feature_id, reason="other", text="So.", corrects=corrects
        )
        reference = f"machine:{self.stage.world.number()}"
        absorb_decision(Answer(row.case_id, reference, (line,), network_application_id="na-1"))

    @rule()
    def create_app(self) -> None:
        wanted = Wanted(name=f"Login {self.stage.world.number()}", public_key=make_public_key())
        client = self.stage.scope.clients()[0]
        self.stage.try_to(create_application, wanted, api_key=self.stage.api_key, client=client)

    @rule(which=WHICH, profile=WHICH, is_on=st.booleans())
    def link_app(self, which: int, profile: int, is_on: bool) -> None:
        row = self.stage.pick(NetworkApplication.objects.all(), which)
        linked = self.stage.pick(ApplicationProfile.objects.all(), profile).pk if is_on else None
        wanted = wanted_now(row, access="production" if is_on else "", application_profile=linked)
        self.stage.try_to(change_application, row, wanted)

    @rule(which=WHICH)
    def delete_app(self, which: int) -> None:
        self.stage.try_to(delete_application, self.stage.pick(NetworkApplication.objects.all(), which))

    @rule(which=WHICH)
    def somebody_deletes_an_app_elsewhere(self, which: int) -> None:
        row = self.stage.pick(NetworkApplication.objects.exclude(remote_id=""), which)
        if not self._open():
            self._quietly("remove", {"application_id": row.remote_id})

    def _draft(self, kind: str) -> Draft:
        scope = self.stage.scope
        return Draft.objects.create(
            account=scope.account, client=scope.clients()[0], kind=kind, saved_by=scope.user
        )
