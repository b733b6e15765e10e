"""Asking the gate: the snapshot of one question by one statement, always fresh; and who may see what it answered."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, models
from django.utils import timezone

from portal.accounts.actions.tokens import USE_NOTED_EVERY
from portal.accounts.queries import token_hash
from portal.accounts.scope import Scope
from portal.records.prepared import prepared_rows
from registry.enums import ApplicationState
from registry.gate import NOTHING, Answer, Denial, Explanation, Question, Snapshot, Word, decide, explain
from registry.gate_log import gate_log
from registry.models import GateAnswer, NetworkApplication, PlaygroundNumber

logger = logging.getLogger("registry.gate")
SUGGESTED: Final = 50

# Both engines read it. Whatever is joined belongs to the application's account.
_COLUMNS: Final = """
application.state, application.gone_at IS NOT NULL, application.access, own.key,
    feature.id IS NOT NULL,
    EXISTS (SELECT 1 FROM registry_playgroundnumber test
        WHERE test.application_id = application.id AND test.number = %(digits)s),
    profile.api_key_id = application.api_key_id
        OR EXISTS (SELECT 1 FROM registry_keyassignment assigned
            WHERE assigned.profile_id = profile.id AND assigned.api_key_id = application.api_key_id),
    standing.deleted_at IS NOT NULL OR company.deleted_at IS NOT NULL,
    standing.withdrawn_at IS NOT NULL OR company.withdrawn_at IS NOT NULL,
    operator.id IS NOT NULL,
    EXISTS (SELECT 1 FROM registry_profilecountry asked
        WHERE asked.profile_id = company.id AND asked.country_id = operator.country_id
            AND asked.removed_version IS NULL),
    (SELECT purpose.code FROM registry_profilefeature chosen
        JOIN registry_purpose purpose ON purpose.id = chosen.purpose_id
        WHERE chosen.profile_id = profile.id AND chosen.feature_id = feature.id),
    (feature.available_from IS NULL OR feature.available_from <= %(today)s)
        AND (feature.sunset_on IS NULL OR feature.sunset_on > %(today)s)
        AND EXISTS (SELECT 1 FROM registry_offer offer
            WHERE offer.operator_id = operator.id AND offer.feature_id = feature.id AND offer.is_active
                AND (offer.starts_on IS NULL OR offer.starts_on <= %(today)s)
                AND (offer.ends_on IS NULL OR offer.ends_on >= %(today)s)),
    operator.requires_vetting,
    vetting.state,
    business.state, business.activity, business.exclusion,
    decision.state, decision.activity, decision.exclusion,
    application.account_id, application.client_id, application.id, profile.id, company.id
"""
_JOINED: Final = """
LEFT JOIN registry_feature feature ON feature.code = %(feature)s AND feature.is_active
LEFT JOIN registry_operator operator ON operator.code = %(operator)s AND operator.is_active
LEFT JOIN registry_applicationprofile profile
    ON profile.id = application.application_profile_id AND profile.account_id = application.account_id
LEFT JOIN registry_applicationstanding standing ON standing.profile_id = profile.id
LEFT JOIN registry_businessprofile company
    ON company.id = profile.business_profile_id AND company.account_id = application.account_id
LEFT JOIN registry_vettingcheck vetting
    ON vetting.business_profile_id = company.id AND vetting.operator_id = operator.id AND vetting.is_latest
LEFT JOIN registry_decision business
    ON business.account_id = application.account_id AND business.business_profile_id = company.id
    AND business.operator_id = operator.id AND business.application_profile_id IS NULL AND business.is_latest
LEFT JOIN registry_decision decision
    ON decision.account_id = application.account_id AND decision.application_profile_id = profile.id
    AND decision.operator_id = operator.id AND decision.feature_id = feature.id AND decision.is_latest
"""
# A second row, an id known in two accounts, is asked for only to see that there is one.
_ANYWHERE: Final = f"""
SELECT {_COLUMNS}
FROM registry_networkapplication application
JOIN accounts_account account ON account.id = application.account_id AND account.is_active
JOIN accounts_apikey own ON own.id = application.api_key_id
{_JOINED}
WHERE application.remote_id = %(application)s AND application.remote_id <> ''
LIMIT 2
"""  # noqa: S608  (both are constants of this module)
_IN_ACCOUNT: Final = _ANYWHERE.replace("LIMIT 2", "AND application.account_id = %(account)s")
_BY_TOKEN: Final = f"""
SELECT {_COLUMNS}, token.id, token.account_id, token.last_used_at IS NULL OR token.last_used_at < %(lately)s
FROM accounts_accesstoken token
JOIN accounts_account account ON account.id = token.account_id AND account.is_active
LEFT JOIN registry_networkapplication application
    ON application.account_id = token.account_id
    AND application.remote_id = %(application)s AND application.remote_id <> ''
LEFT JOIN accounts_apikey own ON own.id = application.api_key_id
{_JOINED}
WHERE token.token_hash = %(token)s AND token.revoked_at IS NULL
"""  # noqa: S608


def ask_gate(question: Question, *, account_id: int | None = None) -> Answer:
    """Whether a request may be forwarded, as of now; noted when it was about Production.

    `account_id` limits it to the applications of one account. Any error is a deny.
    """
    try:
        snapshot = load_snapshot(question, account_id=account_id)
    except Exception:
        logger.exception("the gate could not read")
        snapshot, answer = NOTHING, Answer(Denial.ERROR)
    else:
        answer = decide(question, snapshot)
    gate_log.note(question, snapshot, answer, account_id=account_id)
    return answer


def explain_gate(question: Question, scope: Scope) -> tuple[Explanation, Snapshot]:
    """The answer step by step for a member; nothing is noted, and applications of other clients are unknown."""
    snapshot = load_snapshot(question, account_id=scope.account.pk)
    if scope.client_ids is not None and snapshot.client_id not in scope.client_ids:
        snapshot = NOTHING
    return explain(question, snapshot), snapshot


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer for a program, and whether the use of its token is still to be noted."""

    answer: Answer
    token_id: int
    unnoted: bool


def ask_by_token(token: str, question: Question) -> Asked | None:
    """The answer about an application of the token's account; None when no such token is in use.

    Token and snapshot are one statement, so that a revoked token gets no answer either. Raises DatabaseError.
    """
    lately = connection.ops.adapt_datetimefield_value(timezone.now() - USE_NOTED_EVERY)
    rows = prepared_rows(_BY_TOKEN, {**_values(question), "token": token_hash(token), "lately": lately})
    if not rows:
        return None
    *known, token_id, account_id, unnoted = rows[0]
    snapshot = _snapshot(known)
    answer = decide(question, snapshot)
    gate_log.note(question, snapshot, answer, account_id=account_id)
    return Asked(answer, token_id, bool(unnoted))


def load_snapshot(question: Question, *, account_id: int | None = None) -> Snapshot:
    """Everything the gate may know about one question, by one statement and from no cache."""
    if question.malformed():
        return NOTHING
    if account_id is None:
        rows = prepared_rows(_ANYWHERE, _values(question))
    else:
        rows = prepared_rows(_IN_ACCOUNT, {**_values(question), "account": account_id})
    return _snapshot(rows[0]) if len(rows) == 1 else NOTHING


def _values(question: Question) -> dict[str, Any]:
    return {
        "application": question.application_id,
        "feature": question.feature,
        "operator": question.operator,
        "digits": question.digits,
        "today": timezone.now().date(),
    }


def _snapshot(row: Sequence[Any]) -> Snapshot:
    return Snapshot(
        application_state=row[0] or "",
        application_gone=bool(row[1]),
        access=row[2] or "",
        application_key=row[3] or "",
        feature_known=bool(row[4]),
        number_allowed=bool(row[5]),
        key_assigned=bool(row[6]),
        profile_deleted=bool(row[7]),
        profile_withdrawn=bool(row[8]),
        operator_known=bool(row[9]),
        country_requested=bool(row[10]),
        purpose=row[11] or "",
        offered=bool(row[12]),
        vetting_required=bool(row[13]),
        check=row[14] or "",
        business=Word(row[15] or "", row[16] or "", row[17] or ""),
        decision=Word(row[18] or "", row[19] or "", row[20] or ""),
        account_id=row[21],
        client_id=row[22],
        application_pk=row[23],
        profile_id=row[24],
        business_profile_id=row[25],
    )


def gate_answers(scope: Scope) -> models.QuerySet[GateAnswer]:
    """What the gate answered about the applications a person may see, in Production."""
    return scope.rows(GateAnswer.objects.all())


def playground_applications(scope: Scope) -> models.QuerySet[NetworkApplication]:
    """Applications whose test numbers a person may look after."""
    rows = scope.rows(NetworkApplication.objects.exclude(state=ApplicationState.DELETED))
    return rows.select_related("account", "client", "api_key")


def playground_numbers(scope: Scope) -> models.QuerySet[PlaygroundNumber]:
    rows = scope.rows(PlaygroundNumber.objects.select_related("application", "attested_by"))
    return rows.order_by("application", "slot")


def suggested_applications(scope: Scope) -> models.QuerySet[NetworkApplication]:
    """Where one may ask the gate about, the newest first; a suggestion, not all of them."""
    return playground_applications(scope).exclude(remote_id="").order_by("-created_at", "-id")[:SUGGESTED]
