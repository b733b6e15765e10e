"""The gate on the command line."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from registry.models import GateAnswer
from tests.people import People
from tests.registry.gate_world import World, make_world


@pytest.fixture
def world(people: People) -> World:
    return make_world(people.account, user=people.member)


def run(*arguments: str, **options: Any) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("registry_gate", *arguments, stdout=out, **options)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue()
    return 0, out.getvalue()


def options(world: World, **changes: Any) -> dict[str, Any]:
    question = world.question(**changes)
    return {name: getattr(question, name) for name in type(question).__dataclass_fields__}


def test_json_is_what_the_api_says_and_is_noted(world: World) -> None:
    code, said = run(json=True, **options(world))
    assert (code, json.loads(said)) == (0, {"decision": "allow", "reason": None, "detail": ""})
    code, said = run(json=True, **options(world, purpose="Marketing"))
    assert (code, json.loads(said)["reason"]) == (1, "purpose_mismatch")
    assert GateAnswer.objects.count() == 2


def test_an_account_limits_what_is_known(world: World, people: People) -> None:
    assert run(account=people.account.pk, **options(world))[0] == 0
    assert run(account=people.stranger_account.pk, **options(world))[0] == 1


def test_without_json_each_check_is_told_and_nothing_is_noted(world: World) -> None:
    code, said = run(**options(world, operator="es-sur"))
    lines = said.splitlines()
    assert code == 1
    assert "  NO  The operator is known" in lines
    assert "   -  Service in the operator's country was asked for" in lines
    assert lines[-1] == "deny: There is no operator of this name."
    assert not GateAnswer.objects.exists()


def test_a_question_may_come_on_standard_input(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(options(world))))
    assert run("-", json=True)[0] == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO("[]"))
    with pytest.raises(CommandError, match="no JSON object"):
        run("-", json=True)
