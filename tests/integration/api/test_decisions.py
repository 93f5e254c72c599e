"""The decision log as an auditor reads it."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from app.domain.key import Scope
from tests.integration.api.conftest import Service

Headers = dict[str, str]
SENT = [
    {"id": "c0", "text": "hello"},
    {"id": "c1", "text": "ring 0491 570 156"},
    {"id": "c2", "text": "I will kill you", "kind": "post"},
    {"id": "=c3", "text": "hello again", "kind": "draft"},
    {"id": "c1", "text": "sorry"},
]


@pytest.fixture(scope="module")
def logged(start: Callable[[], Service]) -> Service:
    service = start()
    sender = service.key(Scope.TRIAGE)
    for body in SENT:
        assert service.client.post("/v1/triage", json=body, headers=sender).status_code == 200
    return service


@pytest.fixture(scope="module")
def reader(logged: Service) -> Headers:
    return logged.key(Scope.AUDIT)


def _get(service: Service, reader: Headers, **query: str | int) -> Any:
    answer = service.client.get("/v1/decisions", params=query, headers=reader)
    assert answer.status_code == 200
    return answer.json()


def test_the_newest_decision_comes_first(logged: Service, reader: Headers) -> None:
    assert [one["comment_id"] for one in _get(logged, reader)["items"]] == ["c1", "=c3", "c2", "c1", "c0"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"action": "remove"}, ["c2", "c1"]),
        ({"guideline": "threat"}, ["c2"]),
        ({"kind": "draft"}, ["=c3"]),
        ({"urgency": "now"}, ["c2"]),
        ({"page": "main", "action": "keep"}, ["c1", "=c3", "c0"]),
        ({"page": "nowhere"}, []),
        ({"comment_id": "c1"}, ["c1", "c1"]),
        ({"reviewed": "true"}, []),
        ({"from": "2020-01-01T00:00:00Z", "to": "2021-01-01T00:00:00Z"}, []),
        ({"policy_version": "sha256:0"}, []),
    ],
)
def test_the_log_is_filtered(logged: Service, reader: Headers, query: dict[str, str], found: list[str]) -> None:
    assert [one["comment_id"] for one in _get(logged, reader, **query)["items"]] == found


def test_pages_follow_each_other_to_the_end(logged: Service, reader: Headers) -> None:
    seen: list[str] = []
    page = _get(logged, reader, limit=2)
    while page["next"]:
        seen += [one["decision_id"] for one in page["items"]]
        page = _get(logged, reader, limit=2, cursor=page["next"])
    seen += [one["decision_id"] for one in page["items"]]
    assert seen == [one["decision_id"] for one in _get(logged, reader)["items"]]


def test_a_decision_comes_with_its_history(logged: Service, reader: Headers) -> None:
    edit, first = _get(logged, reader, comment_id="c1")["items"]
    for one in (edit, first):
        answer = logged.client.get(f"/v1/decisions/{one['decision_id']}", headers=reader).json()
        assert answer == {"decision": one, "history": [first, edit]}
    assert (first["superseded_by"], edit["supersedes"]) == (edit["decision_id"], first["decision_id"])


def test_the_log_never_tells_the_text(logged: Service, reader: Headers) -> None:
    text = json.dumps(_get(logged, reader))
    assert "0491" not in text
    assert "[phone number]" in text


def test_lines_and_tables_hold_the_same_decisions(logged: Service, reader: Headers) -> None:
    items = _get(logged, reader)["items"]
    lines = logged.client.get("/v1/decisions", headers=reader | {"Accept": "application/x-ndjson"})
    assert [json.loads(line) for line in lines.text.splitlines()] == items
    table = logged.client.get("/v1/decisions", params={"limit": 4}, headers=reader | {"Accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [row["decision_id"] for row in rows] == [one["decision_id"] for one in items[:4]]
    assert rows[2]["guidelines"].split()[0] == "threat"
    rest = logged.client.get(table.links["next"]["url"], headers=reader)
    assert [one["decision_id"] for one in rest.json()["items"]] == [items[4]["decision_id"]]


def test_a_cell_never_begins_like_a_formula(logged: Service, reader: Headers) -> None:
    table = logged.client.get("/v1/decisions", params={"kind": "draft"}, headers=reader | {"Accept": "text/csv"})
    (row,) = csv.DictReader(io.StringIO(table.text))
    assert row["comment_id"] == "'=c3"


@pytest.mark.parametrize(
    "query",
    [
        {"action": "burn"},
        {"from": "yesterday"},
        {"from": "2026-11-23T09:00:00"},
        {"cursor": "x"},
        {"limit": "0"},
        {"limit": "1001"},
        {"comment_id": "a\0"},
        {"reviewed": "maybe"},
    ],
)
def test_a_filter_that_is_not_valid_is_named(logged: Service, reader: Headers, query: dict[str, str]) -> None:
    answer = logged.client.get("/v1/decisions", params=query, headers=reader)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == list(query)


@pytest.mark.parametrize("decision_id", ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "x", "a%20b"])
def test_a_decision_that_is_not_there_is_a_problem(logged: Service, reader: Headers, decision_id: str) -> None:
    answer = logged.client.get(f"/v1/decisions/{decision_id}", headers=reader)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
