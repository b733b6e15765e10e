"""Rules of 10DLC: what people ask for, and what Vonage does by itself."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tendlc import actions
from tendlc.models import Brand, Campaign, NumberLink, Vetting
from tests.faults.machine.acting import Acting
from tests.outbox.conftest import BRAND, CAMPAIGN

WHICH = st.integers(0, 5)
WORDS = st.sampled_from(("VERIFIED", "UNVERIFIED", "PENDING", "SELF_DECLARED", "MARVELLOUS", ""))
CAMPAIGN_WORDS = st.sampled_from(("ACTIVE", "REJECTED", "SUSPENDED", "EXPIRED", "MARVELLOUS", "PENDING"))


class Messaging(Acting):
    @rule(place=st.integers(0, 2))
    def submit_brand(self, place: int) -> None:
        """Tax numbers come from a small pool, so that people ask for the same thing."""
        values = {**BRAND, "ein": f"20000000{place}", "company_name": f"Acme {place} Inc"}
        self.stage.try_to(
            actions.submit_brand, values, client=self.stage.scope.clients()[0], api_key=self.stage.api_key
        )

    @rule(which=WHICH)
    def change_brand(self, which: int) -> None:
        brand = self.stage.pick(Brand.objects.all(), which)
        changes = {"website": f"https://shoes{self.stage.world.number()}.example"}
        self.stage.try_to(actions.change_brand, brand, changes)

    @rule(which=WHICH)
    def delete_brand(self, which: int) -> None:
        self.stage.try_to(actions.delete_brand, self.stage.pick(Brand.objects.all(), which))

    @rule(which=WHICH)
    def revet_brand(self, which: int) -> None:
        self.stage.try_to(actions.revet_brand, self.stage.pick(Brand.objects.all(), which))

    @rule(which=WHICH)
    def request_vetting(self, which: int) -> None:
        brand = self.stage.pick(Brand.objects.all(), which)
        self.stage.try_to(actions.request_vetting, brand, evp_id="AEGIS", vetting_class="STANDARD")

    @rule(which=WHICH)
    def import_vetting(self, which: int) -> None:
        brand = self.stage.pick(Brand.objects.all(), which)
        known = f"v-elsewhere-{self.stage.world.number()}"
        self.stage.try_to(
            actions.import_vetting, brand, vetting_id=known, evp_id="CV", vetting_class="POLITICAL"
        )

    @rule(which=WHICH)
    def submit_campaign(self, which: int) -> None:
        brand = self.stage.pick(Brand.objects.all(), which)
        self.stage.try_to(actions.submit_campaign, brand, CAMPAIGN)

    @rule(which=WHICH)
    def edit_campaign(self, which: int) -> None:
        campaign = self.stage.pick(Campaign.objects.all(), which)
        text = f"Acme: call extension {self.stage.world.number()}. Reply STOP to opt out."
        self.stage.try_to(actions.edit_campaign, campaign, {"help_message": text})

    @rule(which=WHICH)
    def stop_campaign(self, which: int) -> None:
        self.stage.try_to(actions.stop_campaign, self.stage.pick(Campaign.objects.all(), which))

    @rule(which=WHICH, number=st.integers(0, 2))
    def link_number(self, which: int, number: int) -> None:
        campaign = self.stage.pick(Campaign.objects.all(), which)
        self.stage.try_to(actions.link_numbers, campaign, [("US", f"1415555011{number}")])

    @rule(which=WHICH)
    def unlink_number(self, which: int) -> None:
        self.stage.try_to(actions.unlink_number, self.stage.pick(NumberLink.objects.all(), which))

    @rule(which=WHICH, word=WORDS)
    def vonage_says_of_a_brand(self, which: int, word: str) -> None:
        self._say({"brand_id": self._at_vonage(Brand, which)}, word)

    @rule(which=WHICH, word=CAMPAIGN_WORDS)
    def vonage_says_of_a_campaign(self, which: int, word: str) -> None:
        self._say({"campaign_id": self._at_vonage(Campaign, which)}, word)

    @rule(which=WHICH, word=st.sampled_from(("ACTIVE", "FAILED", "EXPIRED", "MARVELLOUS")))
    def vonage_says_of_a_vetting(self, which: int, word: str) -> None:
        self._say({"vetting_id": self._at_vonage(Vetting, which)}, word)

    @rule(which=WHICH)
    def somebody_removes_a_brand_elsewhere(self, which: int) -> None:
        """Only where nothing of ours is on its way: else what was done and undone looks as if never done."""
        if not self._open():
            self._quietly("remove", {"brand_id": self._at_vonage(Brand, which)})

    @rule(which=WHICH)
    def somebody_removes_a_campaign_elsewhere(self, which: int) -> None:
        if not self._open():
            self._quietly("remove", {"campaign_id": self._at_vonage(Campaign, which)})

    def _at_vonage(self, model: type[Brand | Campaign | Vetting], which: int) -> str:
        return self.stage.pick(model._default_manager.exclude(remote_id=""), which).remote_id

    def _say(self, thing: dict[str, str], word: str) -> None:
        self._quietly("status", {**thing, "status": word})
