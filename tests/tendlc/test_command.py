"""`manage.py tendlc_sync`: what it reads, what it prints, and what its exit code says."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portal.accounts.models import ApiKey
from tendlc.models import Brand
from tests.builders import make_account, make_api_key
from tests.outbox.conftest import BRAND
from tests.simulator_process import SimulatorProcess

pytestmark = pytest.mark.django_db


def seed(simulator: SimulatorProcess, key: ApiKey, *names: str) -> None:
    """Brands that were registered elsewhere."""
    for number, name in enumerate(names):
        fields = {**BRAND, "display_name": name, "ein": f"20-765432{number}"}
        simulator.control("brands", {"key": key.key, "fields": fields, "status": "VERIFIED"})


def spoil(simulator: SimulatorProcess, operation: str, **fault: Any) -> None:
    simulator.control("faults", {"operation": operation, "when": "before", "count": 50, **fault})


def sync(*arguments: str) -> tuple[str, str, int]:
    """What the command prints, what it complains of, and its exit code."""
    out, err = StringIO(), StringIO()
    try:
        call_command("tendlc_sync", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        return out.getvalue(), err.getvalue(), int(end.code or 0)
    return out.getvalue(), err.getvalue(), 0


def test_sync_reads_what_every_key_holds(simulator: SimulatorProcess) -> None:
    first, second = make_api_key(), make_api_key()
    seed(simulator, first, "Harbour", "Night Owl")
    seed(simulator, second, "Blue Door")

    out, err, code = sync()

    assert (err, code) == ("", 0)
    assert out.startswith(f"{first.key}: 2 objects on ")
    assert f"\n{second.key}: 1 objects on " in out
    assert sorted(Brand.objects.values_list("display_name", flat=True)) == [
        "Blue Door",
        "Harbour",
        "Night Owl",
    ]


def test_sync_of_one_key_leaves_the_others(simulator: SimulatorProcess) -> None:
    account = make_account()
    mine, other = make_api_key(account), make_api_key(account)
    seed(simulator, mine, "Harbour")
    seed(simulator, other, "Night Owl")

    _out, _err, code = sync("--account", mine.key)

    assert code == 0
    assert list(Brand.objects.values_list("display_name", flat=True)) == ["Harbour"]


def test_sync_prints_one_json_object(simulator: SimulatorProcess) -> None:
    key = make_api_key()
    seed(simulator, key, "Harbour")

    out, _err, code = sync("--json")

    report = json.loads(out)[key.key]
    assert (report["ok"], report["objects"], report["problems"], code) == (True, 1, [], 0)


@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_sync_that_is_incomplete_ends_with_1_and_says_why(
    simulator: SimulatorProcess, arguments: list[str]
) -> None:
    key = make_api_key()
    seed(simulator, key, "Harbour")
    spoil(simulator, "list_campaigns", kind="status", params={"code": 500})

    out, err, code = sync(*arguments)

    assert code == 1
    if arguments:
        assert json.loads(out)[key.key]["ok"] is False
        assert json.loads(out)[key.key]["problems"]
    else:
        assert err.startswith(f"{key.key}: campaigns")


def test_sync_with_a_refused_key_ends_with_1_and_reads_the_others(simulator: SimulatorProcess) -> None:
    bad, good = make_api_key(), make_api_key()
    seed(simulator, good, "Harbour")
    simulator.control(
        "faults",
        {"operation": "list_brands", "kind": "status", "when": "before", "count": 1, "params": {"code": 401}},
    )

    out, err, code = sync()

    assert code == 1
    assert f"{bad.key}: " in err
    assert f"{good.key}: 1 objects on " in out


@pytest.mark.parametrize("fields", [{"is_active": False}, {"secret": ""}])
def test_sync_of_a_key_that_cannot_be_used_is_refused(db: None, fields: dict[str, Any]) -> None:
    key = make_api_key(**fields)

    with pytest.raises(CommandError, match=f"no active API key {key.key}"):
        sync("--account", key.key)
    with pytest.raises(CommandError, match="no active API key nobody"):
        sync("--account", "nobody")
