"""What people of operators and vetting agents may see: their own cases and checks, nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet

from portal.accounts.models import User
from registry.enums import CheckState, DecisionState
from registry.models import Assignment, Case, CaseMessage, Decision, Disclosure, OperatorAnswer, VettingCheck

# What an operator may not know of yet, or never: it waits for the business profile, or the operator is left out.
UNSEEN = (DecisionState.WAITING, DecisionState.EXCLUDED)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where somebody works; `everything` is a superuser's, who decides for all."""

    user: User
    everything: bool = False
    operators: frozenset[int] = frozenset()
    agencies: frozenset[int] = frozenset()
    decides_for: frozenset[int] = frozenset()
    checks_for: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return self.everything or bool(self.operators or self.agencies)

    def may_decide(self, case: Case) -> bool:
        return self.everything or case.operator_id in self.decides_for

    def may_check(self, check: VettingCheck) -> bool:
        return self.everything or check.agency_id in self.checks_for


def desk_of(user: User) -> Desk:
    """The desk a person's active assignments give; one without any is empty and false."""
    if user.is_superuser and user.is_active:
        return Desk(user, everything=True)
    rows = list(Assignment.objects.filter(user=user, user__is_active=True, is_active=True))
    return Desk(
        user,
        operators=_ids(row.operator_id for row in rows),
        agencies=_ids(row.agency_id for row in rows),
        decides_for=_ids(row.operator_id for row in rows if row.may_decide),
        checks_for=_ids(row.agency_id for row in rows if row.may_decide),
    )


def _ids(found: Iterable[int | None]) -> frozenset[int]:
    return frozenset(pk for pk in found if pk is not None)


def cases(desk: Desk) -> QuerySet[Case]:
    """The cases an operator was given, each with since when it waits for the operator and until when."""
    seen = Decision.objects.filter(case=OuterRef("pk"), is_latest=True).exclude(state__in=UNSEEN)
    given = Disclosure.objects.filter(case=OuterRef("pk"), to_agent=False)
    rows = Case.objects.filter(Exists(seen), Exists(given))
    if not desk.everything:
        rows = rows.filter(operator__in=desk.operators)
    moving = Q(decisions__is_latest=True, decisions__state=DecisionState.PROCESSING)
    return rows.select_related(
        "operator__country", "business_profile", "application_profile", "taken_by", "client"
    ).annotate(
        waits_since=Min("decisions__waiting_since", filter=moving),
        due=Min("decisions__expected_by", filter=moving),
    )


def oldest_first(rows: QuerySet[Case]) -> QuerySet[Case]:
    """What waits longest comes first, what does not wait comes last."""
    return rows.order_by(F("waits_since").asc(nulls_last=True), "pk")


def lines(case: Case) -> list[Decision]:
    """The decisions of a case that an operator knows of, the latest round of each."""
    rows = Decision.objects.filter(case=case, is_latest=True).exclude(state__in=UNSEEN)
    return list(
        rows.select_related("feature", "purpose", "snapshot", "decided_by").order_by("feature__name", "pk")
    )


def decisions(desk: Desk) -> QuerySet[Decision]:
    """Every round of every decision an operator was asked for and knows of."""
    rows = Decision.objects.exclude(state__in=UNSEEN)
    if not desk.everything:
        rows = rows.filter(operator__in=desk.operators)
    return rows.select_related(
        "case",
        "operator__country",
        "business_profile",
        "application_profile",
        "feature",
        "purpose",
        "decided_by",
    )


def checks(desk: Desk) -> QuerySet[VettingCheck]:
    """The checks an agent was given."""
    rows = VettingCheck.objects.exclude(state=CheckState.CANCELLED)
    if not desk.everything:
        rows = rows.filter(agency__in=desk.agencies)
    return rows.select_related(
        "business_profile", "operator__country", "agency", "consent", "snapshot__personal"
    )


def check_of(case: Case) -> VettingCheck | None:
    """The vetting an operator waits for, if it requires one."""
    if not case.operator.requires_vetting:
        return None
    rows = VettingCheck.objects.filter(business_profile=case.business_profile_id, operator=case.operator_id)
    return rows.filter(is_latest=True).select_related("agency").first()


def dialogue(case: Case) -> QuerySet[CaseMessage]:
    """What was said in a case, oldest first, with the notes that only the operator's own people read."""
    return case.messages.select_related("by").order_by("pk")


def answers(case: Case) -> QuerySet[OperatorAnswer]:
    """What was decided in a case, newest first."""
    return case.answers.filter(is_applied=True).select_related("by").order_by("-pk")


def disclosed_fields(case: Case, *, to_agent: bool = False) -> dict[int | None, set[str]]:
    """Which fields the operator (or the agent) of a case was ever given, by version of the business profile."""
    found: dict[int | None, set[str]] = {}
    for snapshot_id, fields in case.disclosures.filter(to_agent=to_agent).values_list(
        "snapshot_id", "fields"
    ):
        found.setdefault(snapshot_id, set()).update(fields)
    return found
