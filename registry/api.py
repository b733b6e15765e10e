"""The gate over HTTP: JSON in, JSON out, an access token instead of a session."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from typing import Any, Final

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from portal.accounts.actions import note_use
from portal.accounts.queries import token_in_use
from registry.gate import Denial, Question
from registry.queries.gate import ask_by_token

logger = logging.getLogger("registry.gate")
LARGEST_BODY: Final = 4096
FIELDS: Final = tuple(Question.__dataclass_fields__)


class Malformed(Exception):
    """The question cannot be read; `field` is the first that is wrong, "" for the body as a whole."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


@csrf_exempt
def gate(request: HttpRequest) -> JsonResponse:
    """200 with the answer, 401 for the token, 400 for the question; nothing else forwards a request either."""
    if request.method != "POST":
        return _problem(405, "method_not_allowed", _("Use POST."), Allow="POST")
    try:
        return _answer(request, _token(request))
    except DatabaseError:
        logger.exception("the gate could not read")
        return _problem(503, "unavailable", str(Denial.ERROR.label))


def _answer(request: HttpRequest, token: str) -> JsonResponse:
    """Whoever has no token in use learns nothing, not even that the question is wrong."""
    try:
        question = _question(request)
    except Malformed as problem:
        if token_in_use(token):
            return _problem(400, "malformed", str(problem), field=problem.field)
        return _unauthorized()
    asked = ask_by_token(token, question)
    if asked is None:
        return _unauthorized()
    if asked.unnoted:
        with suppress(DatabaseError):
            note_use(asked.token_id)
    return JsonResponse(asked.answer.as_dict())


@csrf_exempt
def not_found(request: HttpRequest) -> JsonResponse:
    return _problem(404, "not_found", _("There is nothing at this address."))


def _token(request: HttpRequest) -> str:
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else ""


def _unauthorized() -> JsonResponse:
    text = _("Send an access token of your account that is in use.")
    return _problem(401, "unauthorized", text, **{"WWW-Authenticate": "Bearer"})


def _question(request: HttpRequest) -> Question:
    """Raises Malformed. A field nobody knows is an error: it may be one that was misspelt."""
    values = _body(request)
    for name, value in values.items():
        if name not in FIELDS:
            raise Malformed(_("There is no such field."), name[:80])
        if not isinstance(value, str):
            raise Malformed(_("This must be text."), name)
    question = Question(**{name: values.get(name, "") for name in FIELDS})
    if wrong := question.malformed():
        text = _("This cannot be read.") if getattr(question, wrong) else _("This is missing.")
        raise Malformed(text, wrong)
    return question


def _body(request: HttpRequest) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise Malformed(_("Send JSON, as application/json."))
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST_BODY:
        raise Malformed(_("This is too long for a question."))
    try:
        values = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Malformed(_("This is no JSON.")) from None
    if not isinstance(values, dict):
        raise Malformed(_("Send one object."))
    return values


def _problem(
    status: int, error: str, detail: str, *, field: str | None = None, **headers: str
) -> JsonResponse:
    said = {"error": error, "detail": detail} | ({} if field is None else {"field": field})
    return JsonResponse(said, status=status, headers=headers)
