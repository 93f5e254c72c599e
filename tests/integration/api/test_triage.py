"""What an integration meets at POST /v1/triage and /v1/triage/batch."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.domain.key import Scope
from tests.integration.api.conftest import Service

Headers = dict[str, str]
RING = "ring 0491 570 156 now"
FULL = {
    "id": "fb:1234_5678",
    "kind": "comment",
    "page": "main",
    "text": "@Wren Alder ring 0491 570 156",
    "author": {"id": "u1", "name": "Robin Hale", "relation": "public"},
    "mentions": [{"id": "u2", "name": "Wren Alder", "start": 0, "end": 11}],
    "parent": {"id": "fb:1234", "text": "Our open day was lovely."},
    "language": "en",
    "created_at": "2026-11-23T09:00:00Z",
}


def _post(service: Service, sender: Headers, body: Any) -> Any:
    return service.client.post("/v1/triage", json=body, headers=sender)


def test_a_text_gets_a_decision_in_the_shape_of_the_contract(service: Service, sender: Headers) -> None:
    answer = _post(service, sender, FULL)
    assert answer.status_code == 200
    decision = answer.json()
    assert decision["comment_id"] == "fb:1234_5678"
    assert (decision["action"], decision["urgency"], decision["supersedes"]) == ("remove", "soon", None)
    assert decision["review"]["required"] is True
    assert decision["guidelines"][0]["id"] == "personal-information"
    assert decision["findings"] == [
        {
            "kind": "phone_number",
            "start": 17,
            "end": 29,
            "score": 0.99,
            "source": "fake",
            "about": "other",
            "form": "plain",
        }
    ]
    assert decision["redacted_text"] == "@Wren Alder ring [phone number]"
    assert decision["explanation"]["template"] == "personal-information/remove"
    assert decision["policy"]["version"].startswith("sha256:")
    assert decision["model"] == {"name": "fake", "version": "1"}
    assert decision["decided_at"].endswith("Z")


def test_only_the_text_is_required_and_null_is_left_out(service: Service, sender: Headers) -> None:
    fields = ("id", "page", "author", "mentions", "parent", "language", "created_at", "page_goal")
    for body in ({"text": "hello"}, {"text": "hello", **dict.fromkeys(fields)}):
        answer = _post(service, sender, body)
        assert (answer.status_code, answer.json()["action"]) == (200, "keep")
        assert answer.json()["comment_id"]


def test_again_is_the_same_and_other_words_are_an_edit(service: Service, sender: Headers) -> None:
    first = _post(service, sender, {"id": "e1", "text": RING})
    again = _post(service, sender, {"id": "e1", "text": RING})
    edit = _post(service, sender, {"id": "e1", "text": "sorry"})
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    assert edit.json()["supersedes"] == first.json()["decision_id"]


def test_another_key_is_another_sender(service: Service, sender: Headers) -> None:
    ours = _post(service, sender, {"id": "k1", "text": RING}).json()
    theirs = _post(service, service.key(Scope.TRIAGE), {"id": "k1", "text": RING}).json()
    assert ours["decision_id"] != theirs["decision_id"]


def test_the_same_comment_at_the_same_time_is_decided_once(service: Service, sender: Headers) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: _post(service, sender, {"id": "race", "text": RING}).json()["decision_id"], range(24)))
    assert len(set(answers)) == 1


def test_a_trial_stores_nothing(service: Service, sender: Headers, auditor: Headers) -> None:
    answer = _post(service, sender, {"id": "trial", "text": RING, "record": False, "page_goal": "voice"})
    assert answer.status_code == 200
    log = service.client.get("/v1/decisions", params={"comment_id": "trial"}, headers=auditor)
    assert log.json()["items"] == []


def test_a_batch_is_answered_in_order_each_a_decision_or_a_problem(service: Service, sender: Headers) -> None:
    items: list[Any] = [
        {"text": RING, "id": "b1"},
        {"txt": "hello"},
        {"text": "hello"},
        "nonsense",
        {"text": "a" * 20_481},
        {"text": RING, "id": "b1"},
    ]
    answer = service.client.post("/v1/triage/batch", json={"items": items}, headers=sender)
    assert answer.status_code == 200
    answers = answer.json()["items"]
    assert [one.get("action", one.get("status")) for one in answers] == ["remove", 422, "keep", 422, 413, "remove"]
    assert answers[0] == answers[5]
    assert {error["pointer"] for error in answers[1]["errors"]} == {"text", "txt"}


@pytest.mark.parametrize("items", [[], [{"text": "a"}] * 257, None, {"text": "a"}])
def test_a_batch_holds_one_to_256_items(service: Service, sender: Headers, items: object) -> None:
    assert service.client.post("/v1/triage/batch", json={"items": items}, headers=sender).status_code == 422


def test_a_full_batch_is_answered(service: Service, sender: Headers) -> None:
    items = [{"text": f"text {number}"} for number in range(256)]
    answer = service.client.post("/v1/triage/batch", json={"items": items}, headers=sender)
    assert [one["redacted_text"] for one in answer.json()["items"]] == [item["text"] for item in items]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"text": None}, "text"),
        ({"text": ""}, "text"),
        ({"text": 7}, "text"),
        ({"kind": "letter"}, "kind"),
        ({"page": "nowhere"}, "page"),
        ({"page_goal": "voice"}, "page_goal"),
        ({"author": {"relation": "friend"}}, "author/relation"),
        ({"mentions": [{"name": "Wren", "start": 0, "end": 99}]}, "mentions/0/end"),
        ({"mentions": [{"name": "Wren", "start": 5, "end": 4}]}, "mentions/0/end"),
        ({"mentions": [{"name": "Wren", "start": -1, "end": 4}]}, "mentions/0/start"),
        ({"mentions": [{"name": "Wren", "start": "0", "end": 4}]}, "mentions/0/start"),
        ({"id": "a\u0000b"}, "id"),
        ({"id": "a" * 513}, "id"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"created_at": "2026-11-23T09:00:00"}, "created_at"),
        ({"language": "a b"}, "language"),
        ({"record": "no"}, "record"),
        ({"mentons": []}, "mentons"),
        ({"a person's words": 1}, "(unnamed)"),
    ],
)
def test_what_is_not_valid_is_refused_by_field(service: Service, sender: Headers, change: dict[str, Any], pointer: str) -> None:
    answer = _post(service, sender, FULL | {"id": "v1"} | change)
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    problem = answer.json()
    assert set(problem) == {"type", "title", "status", "detail", "errors"}
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b'{"text": "\xff"}', b"[" * 100_000, b'{"text": ' + b"9" * 10_000 + b"}", b"NaN"],
)
@pytest.mark.parametrize("path", ["/v1/triage", "/v1/triage/batch"])
def test_a_body_that_is_no_request_is_refused(service: Service, sender: Headers, raw: bytes, path: str) -> None:
    answer = service.client.post(path, content=raw, headers=sender | {"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")


@pytest.mark.parametrize(
    ("raw", "redacted"),
    [
        (rb'{"text": "cut \ud83d off"}', "cut \N{REPLACEMENT CHARACTER} off"),
        (rb'{"text": "\udc00\ud800 0491570156"}', "\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER} [phone number]"),
        (rb'{"text": "a\u0000b"}', "a\0b"),
        (rb'{"text": "\ud83d\ude00 whole"}', "\N{GRINNING FACE} whole"),
    ],
)
def test_broken_characters_are_read_all_the_same(service: Service, sender: Headers, raw: bytes, redacted: str) -> None:
    answer = service.client.post("/v1/triage", content=raw, headers=sender | {"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["redacted_text"]) == (200, redacted)


def test_offsets_count_code_points(service: Service, sender: Headers) -> None:
    text = "\N{GRINNING FACE}é 0491570156"
    finding = _post(service, sender, {"text": text}).json()["findings"][0]
    assert text[finding["start"] : finding["end"]] == "0491570156"


@pytest.mark.parametrize(("text", "status"), [("a" * 20_480, 200), ("a" * 20_481, 413), ("é" * 10_240, 200), ("é" * 10_241, 413)])
def test_twenty_kilobytes_of_text_are_read(service: Service, sender: Headers, text: str, status: int) -> None:
    answer = _post(service, sender, {"text": text})
    assert answer.status_code == status
    assert _post(service, sender, {"text": "hi", "parent": {"text": text}}).status_code == status


CHUNK = 100_000
TEN_MEGABYTES = 10_000_000


def _streamed(service: Service, path: str, headers: Headers, *, size: int | None = None) -> tuple[Any, int]:
    """Sends a body in chunks, without an end unless it has a size. Gives the problem, and the bytes that were read."""
    sent = {"content-type": "application/json", **headers}
    raw = [(name.lower().encode(), value.encode()) for name, value in sent.items()]
    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": raw}
    read = 0
    answers: list[Any] = []

    async def receive() -> Any:
        nonlocal read
        assert read < 2 * 32_000_000, "it reads on and on"
        read += CHUNK
        return {"type": "http.request", "body": b"a" * CHUNK, "more_body": size is None or read < size}

    async def send(message: Any) -> None:
        answers.append(message)

    # In a thread of its own, because a browser that other tests opened may keep a loop in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, service.app(scope, receive, send)).result()
    return json.loads(answers[1]["body"]), read


@pytest.mark.parametrize(
    ("path", "size", "most"),
    [("/v1/triage", None, 2_500_000), ("/v1/triage", TEN_MEGABYTES, 2_500_000), ("/v1/triage/batch", None, 32_500_000)],
)
def test_a_body_that_is_too_large_is_not_read_to_its_end(service: Service, sender: Headers, path: str, size: int | None, most: int) -> None:
    problem, read = _streamed(service, path, sender, size=size)
    assert (problem["status"], problem["type"]) == (413, "urn:porchlight:problem:text-too-long")
    assert read < most


@pytest.mark.parametrize("path", ["/v1/triage", "/v1/triage/batch"])
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer porchlight_nobody"}, {"Content-Type": "text/plain"}])
def test_without_a_key_a_body_is_not_read_at_all(service: Service, path: str, headers: Headers) -> None:
    problem, read = _streamed(service, path, headers)
    assert (problem["status"], read) == (401, 0)


def test_without_the_scope_a_body_is_not_read_at_all(service: Service, auditor: Headers) -> None:
    problem, read = _streamed(service, "/v1/triage", auditor)
    assert (problem["status"], read) == (403, 0)


def test_a_body_that_announces_too_much_is_not_read_at_all(service: Service, sender: Headers) -> None:
    announced = sender | {"Content-Type": "application/json", "Content-Length": "99999999999"}
    assert service.client.post("/v1/triage", content=b"{}", headers=announced).status_code == 413


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_media_type_is_refused(service: Service, sender: Headers, content_type: str) -> None:
    answer = service.client.post("/v1/triage", content=json.dumps(FULL), headers=sender | {"Content-Type": content_type})
    assert (answer.status_code, answer.headers["Content-Type"]) == (415, "application/problem+json")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer porchlight_nobody"}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"Authorization": "Basic eDp5"}, 401),
        ({"Authorization": "Bearer \xe9"}, 401),
    ],
)
def test_without_a_key_nothing_is_answered(service: Service, headers: Headers, status: int) -> None:
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    answer = service.client.post("/v1/triage", json=FULL, headers=encoded)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (status, "Bearer")
    assert answer.json()["type"] == "urn:porchlight:problem:unauthorised"


def test_a_key_without_the_scope_is_told_which_one(service: Service, auditor: Headers, sender: Headers) -> None:
    answer = _post(service, auditor, FULL)
    assert answer.status_code == 403
    assert "`triage`" in answer.json()["detail"]
    assert service.client.get("/v1/decisions", headers=sender).status_code == 403


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/v1/triage", 405), ("GET", "/v1/nothing", 404), ("PUT", "/healthz", 405)])
def test_wrong_addresses_are_problems_as_well(service: Service, method: str, path: str, status: int) -> None:
    answer = service.client.request(method, path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert ("Allow" in answer.headers) == (status == 405)
