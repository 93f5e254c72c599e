"""The page at /docs tells all of what /openapi.json tells, and its examples are true."""

import html
import json
import re
from typing import Any

import pytest

from app.api.schemas import BatchAnswer, DecisionHistory, DecisionOut, DecisionPage, Health
from app.ui.reference import operations_of
from tests.integration.api.conftest import Service


@pytest.fixture(scope="module")
def page(service: Service) -> str:
    answer = service.client.get("/docs")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    return str(answer.text)


@pytest.fixture(scope="module")
def document(service: Service) -> Any:
    return service.client.get("/openapi.json").json()


def _section(page: str, anchor: str) -> str:
    return html.unescape(page.partition(f'id="{anchor}"')[2].partition("</section>")[0])


def test_the_page_asks_nobody_for_anything_and_runs_nothing(service: Service, page: str) -> None:
    policy = service.client.get("/docs").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "<script" not in page
    assert re.findall(r'(?:src|<link[^>]*href)="(?!/)[^"]*"', page) == []


def test_the_introduction_tells_of_the_key_and_of_problems(page: str) -> None:
    assert "Authorization: Bearer KEY" in _section(page, "key")
    assert "application/problem+json" in _section(page, "problems")
    assert 'href="/openapi.json"' in page


def test_every_operation_is_told_whole(document: Any, page: str) -> None:
    for one in operations_of(document):
        operation = document["paths"][one.path][one.method.lower()]
        section = _section(page, one.anchor)
        assert page.count(f'href="#{one.anchor}"') == 1
        assert f"{one.method} {one.path}" in section
        assert operation["summary"] in section
        assert all(f"<code>{parameter['name']}</code>" in section for parameter in operation.get("parameters", ()))
        assert ("A request</h3>" in section) == ("requestBody" in operation)
        for status, answer in operation["responses"].items():
            if status >= "400":
                assert f"{status} {answer['description']}" in section
                assert answer["content"]["application/problem+json"]["example"]["type"] in section


@pytest.mark.parametrize(
    ("anchor", "needs"),
    [
        ("post-v1-triage", "scope <code>triage</code>"),
        ("post-v1-triage-batch", "scope <code>triage</code>"),
        ("get-v1-decisions", "scope <code>audit</code>"),
        ("get-v1-decisions-decision-id", "scope <code>audit</code>"),
        ("get-healthz", "Needs no key"),
    ],
)
def test_every_operation_names_its_scope(page: str, anchor: str, needs: str) -> None:
    assert needs in _section(page, anchor)


def test_the_fields_of_a_request_are_told(page: str) -> None:
    section = _section(page, "post-v1-triage")
    assert '<code>text</code> <span class="why">in the body, required: string.' in section
    assert "one of comment, post, draft" in section


def test_the_examples_of_requests_are_answered(document: Any, service: Service, sender: dict[str, str]) -> None:
    requests = {one.path: one.request for one in operations_of(document) if one.request}
    assert set(requests) == {"/v1/triage", "/v1/triage/batch"}
    for path, request in requests.items():
        assert service.client.post(path, json=json.loads(request), headers=sender).status_code == 200


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/v1/triage", DecisionOut),
        ("/v1/triage/batch", BatchAnswer),
        ("/v1/decisions", DecisionPage),
        ("/v1/decisions/{decision_id}", DecisionHistory),
        ("/healthz", Health),
    ],
)
def test_the_examples_of_answers_have_the_shape_of_answers(document: Any, path: str, shape: Any) -> None:
    (operation,) = [one for one in operations_of(document) if one.path == path]
    shape.model_validate_json(operation.answer)
