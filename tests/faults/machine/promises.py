"""What holds after every step, whatever the steps were."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone
from hypothesis.stateful import invariant

from portal.history.models import AuditEntry, Change, Refusal
from portal.outbox.enums import FINAL_STATES, OPEN_STATES
from portal.outbox.enums import OperationState as S
from portal.outbox.models import Attempt, Operation
from registry.enums import UNCOUNTED, Activity, DecisionState
from registry.gate import Question
from registry.lifecycle import Vote, roll_up
from registry.models import ApplicationProfile, BusinessProfile, Decision, NetworkApplication
from registry.queries.gate import ask_gate
from registry.queries.standing import application_decisions, business_decisions
from tendlc.enums import BrandState, CampaignState, NumberState, VettingState
from tendlc.lifecycle import brand_state, campaign_state, is_good_news, number_state, vetting_state
from tendlc.models import Brand, Campaign, NumberLink, Vetting
from tests.faults.machine.messaging import Messaging
from tests.faults.machine.registering import Registering
from tests.registry.test_roll_up import oracle

# Each with what its states are called, and what a word of Vonage's comes to.
MIRRORED: tuple[tuple[type[Model], Any, Any], ...] = (
    (Brand, BrandState, brand_state),
    (Vetting, VettingState, vetting_state),
    (Campaign, CampaignState, campaign_state),
    (NumberLink, NumberState, number_state),
)
OWNED: tuple[type[Model], ...] = (Operation, NetworkApplication, Decision, Change)
HISTORY = (Change, AuditEntry, Refusal)
# What is gone when nobody sees it, or set when it was so already: applied, and nothing was done.
NEED_NOT_BE_DONE = ("update", "delete", "stop", "unlink", "link", "import")


class Portal(Messaging, Registering):
    """All rules, and the promises."""

    def __init__(self) -> None:
        super().__init__()
        self._ended: dict[int, tuple[Any, ...]] = {}
        self._states: dict[tuple[str, int], str] = {}
        self._rows: Counter[tuple[str, int]] = Counter()
        self.allowed = 0

    @invariant()
    def every_operation_has_one_effect_at_most_and_exactly_one_when_it_is_applied(self) -> None:
        done = Counter(operation for operation, row in self.stage.sent() if row["effect"])
        for operation in Operation.objects.all():
            times = done[operation.pk]
            assert times <= 1, f"doubled: {operation.kind} {times} effects"
            verb = operation.kind.rpartition(".")[2].partition("_")[0]
            if operation.state == S.APPLIED and verb not in NEED_NOT_BE_DONE:
                assert times == 1, f"lost: {operation.kind} is applied without effect"
            if operation.state == S.REFUSED:
                assert not times, f"lost: {operation.kind} is refused and was done"

    @invariant()
    def what_is_open_has_a_next_look_or_somebody_it_waits_for(self) -> None:
        latest = timezone.now() + timedelta(days=1)
        for operation in Operation.objects.filter(finished_at=None):
            assert operation.state in OPEN_STATES
            assert (operation.state, operation.sender) != (S.SENDING, ""), "sending, by nobody"
            assert operation.sender == "", f"in hands between two steps: {operation.state}"
            if operation.state in (S.READY, S.UNKNOWN):
                assert operation.next_attempt_at <= latest, f"no next look: {operation.kind}"
            parent = operation.depends_on
            if operation.state == S.READY and parent is not None:
                assert parent.state == S.APPLIED or parent.state not in FINAL_STATES, (
                    "waits for what will not come"
                )

    @invariant()
    def an_attempt_that_has_ended_never_changes(self) -> None:
        for attempt in Attempt.objects.all():
            now = (
                attempt.outcome,
                attempt.finished_at,
                attempt.http_status,
                str(attempt.problem),
                attempt.prior_ids,
            )
            assert attempt.finished_at is not None, "an attempt without an end between two steps"
            assert self._ended.setdefault(attempt.pk, now) == now

    @invariant()
    def no_state_is_better_than_the_word_of_vonage(self) -> None:
        for model, states, state_of in MIRRORED:
            for state, word in model._default_manager.values_list("state", "remote_status"):
                if is_good_news(states(state)):
                    assert is_good_news(state_of(word)), f"{model.__name__} {state} on {word!r}"

    @invariant()
    def every_change_of_a_state_is_on_record(self) -> None:
        rows: Counter[tuple[str, int]] = Counter()
        for table in HISTORY:
            rows.update(table.objects.values_list("object_type", "object_id"))
        for name, state, witnesses in self._standing():
            before = self._states.get(name)
            if before not in (None, state):
                assert any(rows[one] > self._rows[one] for one in witnesses), (
                    f"{name}: {before} to {state}, unrecorded"
                )
            self._states[name] = state
        self._rows = rows

    def _standing(self) -> list[tuple[tuple[str, int], str, list[tuple[str, int]]]]:
        """Each thing with a state: its name, the state, and whose history tells of it."""
        found = []
        for model in (
            Brand,
            Vetting,
            Campaign,
            NumberLink,
        ):  # an application's story is told by its operations
            label = model._meta.label_lower
            for row in model._default_manager.all():
                asked = Operation.objects.filter(
                    object_type=label, object_id=row.pk
                )  # taking one back is its story
                acts = [(Operation._meta.label_lower, pk) for pk in asked.values_list("pk", flat=True)]
                found.append(((label, row.pk), str(row.state), [(label, row.pk), *acts]))
        for one in Decision.objects.all():
            profiles = [
                (BusinessProfile._meta.label_lower, one.business_profile_id),
                (ApplicationProfile._meta.label_lower, one.application_profile_id or 0),
            ]
            found.append((("decision", one.pk), f"{one.state} {one.activity}", profiles))
        return found

    @invariant()
    def everything_belongs_to_the_account(self) -> None:
        account = self.stage.scope.account.pk
        models: list[type[Model]] = [*OWNED, *(one[0] for one in MIRRORED)]
        for model in models:
            assert not model._default_manager.exclude(account_id=account).exists(), model
            assert not model._default_manager.exclude(client__account_id=account).exists(), model

    @invariant()
    def the_word_of_a_profile_is_the_oracles(self) -> None:
        for business in BusinessProfile.objects.all():
            _compare(business_decisions(business))
        for profile in ApplicationProfile.objects.all():
            _compare(application_decisions(profile))

    @invariant()
    def the_gate_lets_through_only_what_both_levels_accept(self) -> None:
        for application in NetworkApplication.objects.exclude(remote_id=""):
            for operator in self.stage.operators:
                question = Question(
                    application.remote_id,
                    self.stage.api_key.key,
                    self.stage.feature.code,
                    self.stage.purpose.code,
                    operator.code,
                )
                answer = ask_gate(question, account_id=self.stage.scope.account.pk)
                if answer.allowed:
                    self.allowed += 1
                    assert self._may_pass(application, operator.pk), f"{application} at {operator}"

    def _may_pass(self, application: NetworkApplication, operator: int) -> bool:
        """By the rows alone: the last word on the profile, and on the feature, is a yes in force."""
        profile = application.application_profile
        if profile is None or application.access != "production" or profile.standing.deleted_at:
            return False
        of_business = Decision.objects.filter(
            business_profile=profile.business_profile_id, application_profile=None, operator=operator
        ).latest("round")
        of_feature = profile.decisions.filter(operator=operator, feature=self.stage.feature).latest("round")
        return all(
            (one.state, one.activity) == (DecisionState.ACCEPTED, Activity.ACTIVE)
            for one in (of_business, of_feature)
        )

    @invariant()
    def no_step_failed_by_a_mistake_of_ours(self) -> None:
        assert self.defects.said == []


def _compare(decisions: Any) -> None:
    rows = list(decisions)
    assert all(one.is_latest for one in rows)
    shown = roll_up(Vote(one.state, one.activity) for one in rows).state
    counted = tuple(DecisionState(one.state) for one in rows if one.state not in UNCOUNTED)
    assert shown == oracle(counted), f"{shown} of {counted}"
