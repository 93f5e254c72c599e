"""The OpenAPI document says what the contract says, and the service does what the document says."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from app.domain.key import Scope
from tests.integration.api.conftest import Service

REQUEST = {"id", "kind", "page", "page_goal", "text", "author", "mentions", "parent", "language", "created_at", "record"}
DECISION = {
    "decision_id",
    "comment_id",
    "action",
    "urgency",
    "review",
    "guidelines",
    "explanation",
    "findings",
    "labels",
    "redacted_text",
    "supersedes",
    "policy",
    "model",
    "decided_at",
}
PARTS = {
    "AuthorIn": {"id", "name", "relation"},
    "MentionIn": {"id", "name", "start", "end"},
    "ParentIn": {"id", "text"},
    "TriageRequest": REQUEST,
    "DecisionOut": DECISION,
    "LoggedOut": DECISION | {"kind", "page", "reviewed", "superseded_by"},
    "ReviewOut": {"required", "reasons", "held"},
    "GuidelineOut": {"id", "title", "because"},
    "ExplanationOut": {"author", "moderator", "language", "template"},
    "FindingOut": {"kind", "start", "end", "score", "source", "about", "form"},
    "PolicyOut": {"pack", "version"},
    "ModelOut": {"name", "version"},
    "Problem": {"type", "title", "status", "detail", "errors"},
}
FILTERS = {"from", "to", "action", "guideline", "page", "urgency", "kind", "reviewed", "policy_version", "comment_id", "cursor", "limit"}
OPERATIONS = {
    ("post", "/v1/triage"),
    ("post", "/v1/triage/batch"),
    ("get", "/v1/decisions"),
    ("get", "/v1/decisions/{decision_id}"),
    ("get", "/healthz"),
    ("get", "/readyz"),
}


@pytest.fixture(scope="module")
def document(service: Service) -> Any:
    return service.client.get("/openapi.json").json()


@pytest.mark.parametrize("name", PARTS)
def test_the_shapes_have_the_fields_of_the_contract(document: Any, name: str) -> None:
    assert set(document["components"]["schemas"][name]["properties"]) == PARTS[name]


def test_only_the_text_is_required(document: Any) -> None:
    assert document["components"]["schemas"]["TriageRequest"]["required"] == ["text"]
    assert set(document["components"]["schemas"]["DecisionOut"]["required"]) == DECISION


def test_the_operations_are_those_of_the_contract(document: Any) -> None:
    assert {(method, path) for path, methods in document["paths"].items() for method in methods} == OPERATIONS
    parameters = document["paths"]["/v1/decisions"]["get"]["parameters"]
    assert {one["name"] for one in parameters} == FILTERS


def test_every_operation_is_described_and_tells_of_its_problems(document: Any) -> None:
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert operation["summary"]
            assert operation["description"]
            problems = {status: one for status, one in operation["responses"].items() if status >= "400"}
            assert all(set(one["content"]) == {"application/problem+json"} for one in problems.values())
            assert ("security" in operation) == path.startswith("/v1/")
            assert "401" in problems or not path.startswith("/v1/")


def test_the_examples_are_answered(document: Any, service: Service, sender: dict[str, str]) -> None:
    for example in document["components"]["schemas"]["TriageRequest"]["examples"]:
        assert service.client.post("/v1/triage", json=example, headers=sender).status_code == 200


@pytest.fixture(scope="module")
def everything(service: Service) -> dict[str, str]:
    return service.key(*Scope)


@pytest.mark.parametrize(
    ("method", "path", "mode"),
    # What takes nothing cannot be sent anything wrong.
    [(*one, mode) for one in sorted(OPERATIONS) for mode in GenerationMode if one[1].startswith("/v1/") or mode.is_positive],
)
def test_whatever_is_sent_is_answered_as_the_document_says(
    document: Any, service: Service, everything: dict[str, str], method: str, path: str, mode: GenerationMode
) -> None:
    operation = schemathesis.openapi.from_dict(document)[path][method]
    checks = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

    @settings(
        max_examples=25, deadline=None, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def answer(case: Any) -> None:
        sent = case.as_transport_kwargs(base_url="http://testserver", headers=everything)
        sent.pop("cookies", None)
        if isinstance(sent.get("data"), bytes):
            sent["content"] = sent.pop("data")
        case.validate_response(service.client.request(**sent), checks=checks)

    answer()
