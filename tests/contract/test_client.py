"""The client has one method an operation, and each asks for exactly what the document says."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import pytest

from portal.vonage.http import Answer, ApiClient
from tendlc.client import TENDLC_PREFIX, TenDlcClient
from tests.contract.operations import DOCUMENT_HOST, OPERATIONS, PREFIX, Operation, examples

BRAND, CAMPAIGN, VETTING, NUMBER = "BLQKOPK", "C1DEB879", "abc123", "14155550110"
IDS = {
    "brand_id": BRAND,
    "campaign_id": CAMPAIGN,
    "vetting_request_id": VETTING,
    "number": NUMBER,
    "usecase": "POLITICAL",
}


class Recorder(ApiClient):
    """Stands where the HTTP client stands and answers with the document's example."""

    def __init__(self, operation: Operation) -> None:
        super().__init__(DOCUMENT_HOST, "abcd1234", "secret")
        self.operation = operation
        self.calls: list[dict[str, Any]] = []

    def call(
        self,
        method: str,
        template: str,
        *,
        ids: Mapping[str, str] | None = None,
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Answer:
        path = template.format_map(ids or {})
        self.calls.append({"method": method, "path": path, "query": query, "body": body})
        responses = examples(self.operation.name)["responses"]
        return Answer(self.operation.success, responses[0] if responses else None)


def arguments(operation: Operation) -> list[Any]:
    values: list[Any] = [IDS[name] for name in operation.path_params]
    if operation.has_body:
        body = dict(examples(operation.name)["requests"][0]["body"])
        values.append(body)
    return values


def perform(operation: Operation) -> tuple[Recorder, Any]:
    recorder = Recorder(operation)
    return recorder, getattr(TenDlcClient(recorder), operation.name)(*arguments(operation))


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_method_makes_exactly_the_documented_call(operation: Operation) -> None:
    recorder, result = perform(operation)

    (call,) = recorder.calls
    assert call["method"] == operation.method
    assert call["path"] == PREFIX + operation.path.format_map(IDS)
    assert set(call["query"] or {}) == set(operation.query)
    if operation.has_body:
        assert call["body"] == arguments(operation)[-1]
    else:
        assert call["body"] == ({} if operation.name == "revet_brand" else None)
    assert (result is None) == (operation.method == "DELETE")


def test_client_has_one_method_an_operation_and_no_other_way_out() -> None:
    public = {
        name for name, _ in inspect.getmembers(TenDlcClient, inspect.isfunction) if not name.startswith("_")
    }

    assert TENDLC_PREFIX == PREFIX
    assert {name for name in public if not name.startswith("walk_")} == {each.name for each in OPERATIONS}
    assert {name for name in public if name.startswith("walk_")} == {
        each.name.replace("list_", "walk_") for each in OPERATIONS if each.query
    }


@pytest.mark.parametrize(
    "operation", [each for each in OPERATIONS if each.has_body], ids=lambda operation: operation.name
)
@pytest.mark.parametrize("surplus", ["universal_ein", "brand_id", "status", "surprise"])
def test_undocumented_and_read_only_fields_are_never_sent(operation: Operation, surplus: str) -> None:
    recorder = Recorder(operation)
    *path, body = arguments(operation)

    with pytest.raises(ValueError, match=surplus):
        getattr(TenDlcClient(recorder), operation.name)(*path, body | {surplus: "x"})

    assert recorder.calls == []
