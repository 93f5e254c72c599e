"""How the service starts, says how it is, and keeps to itself what people write."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app import logs
from app.domain.key import Scope
from app.errors import Busy, NotFound, SettingsError
from app.main import assemble
from app.services.keys import Keys
from app.settings import Settings
from tests.fakes import FakeAnalyzer, frontline
from tests.integration.api.conftest import Service

CANARY = "Zephyrine Quartermain"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that the service logs, as it would be written."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    written = io.StringIO()
    logs.configure("DEBUG", stream=written)
    yield written
    root.handlers[:] = before
    root.setLevel(level)


def test_health_says_what_is_running(service: Service) -> None:
    health = service.client.get("/healthz").json()
    assert health["status"] == "ok"
    assert health["policy"]["pack"] == "frontline"
    assert health["model"] == {"name": "fake", "version": "1"}
    assert health["patterns_only"] is False
    assert health["database"]["name"] == "sqlite"
    assert health["database"]["journal_mode"] in {"wal", "truncate"}


def test_ready_once_it_has_started_and_not_before_or_after(tmp_path: Path) -> None:
    app = assemble(Settings(data_dir=tmp_path), policy=frontline(), analyzer=FakeAnalyzer())
    before = TestClient(app)
    assert before.get("/readyz").status_code == 503
    with TestClient(app) as client:
        assert client.get("/readyz").text == "ready\n"
    answer = before.get("/readyz")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    before.close()


def test_the_first_start_makes_a_key_that_only_its_owner_can_read(tmp_path: Path) -> None:
    for _ in range(2):
        with TestClient(assemble(Settings(data_dir=tmp_path), policy=frontline(), analyzer=FakeAnalyzer())):
            key = tmp_path / "seal.key"
            assert (key.stat().st_mode & 0o777, len(key.read_bytes())) == (0o600, 32)


def test_the_page_to_try_a_text_can_be_switched_off(service: Service, tmp_path: Path) -> None:
    assert "<form" in service.client.get("/").text
    with TestClient(assemble(Settings(data_dir=tmp_path, try_page=False), policy=frontline(), analyzer=FakeAnalyzer())) as client:
        page = client.get("/")
        assert page.status_code == 200
        assert "<form" not in page.text
        answer = client.post("/try", data={"text": "hello"})
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_a_lost_key_is_told_at_start(start: Callable[[], Service]) -> None:
    service = start()
    service.client.post("/v1/triage", json={"text": "hello"}, headers=service.key(Scope.TRIAGE))
    other = Settings(data_dir=service.settings.data_dir)
    with (
        pytest.raises(SettingsError, match="sealed with the key"),
        TestClient(assemble(other, policy=frontline(), analyzer=FakeAnalyzer())),
    ):
        pass


def test_nothing_that_was_written_reaches_a_log_an_error_or_the_disk(start: Callable[[], Service], log: io.StringIO) -> None:
    service = start()
    headers = service.key(Scope.TRIAGE, Scope.AUDIT)
    client = service.client
    body = {
        "text": f"{CANARY} lives next door, ring 0491 570 156",
        "id": "c1",
        "author": {"id": CANARY, "name": CANARY},
        "mentions": [{"id": CANARY, "name": CANARY, "start": 0, "end": 21}],
        "parent": {"id": CANARY, "text": CANARY},
    }
    answers = [client.post("/v1/triage", json=body, headers=headers)]
    for wrong in (
        {"page": CANARY},
        {"kind": CANARY},
        {"author": CANARY},
        {"mentions": [{"name": CANARY, "start": 0, "end": 9999}]},
        {CANARY: CANARY},
        {"created_at": CANARY},
        {"language": CANARY},
        {"page_goal": CANARY},
        {"text": CANARY * 2000},
        {"id": CANARY + "\0"},
    ):
        answers.append(client.post("/v1/triage", json=body | wrong, headers=headers))
        answers.append(client.post("/v1/triage/batch", json={"items": [body | wrong]}, headers=headers))
    answers.append(client.post("/v1/triage", content=f'{{"text": "{CANARY}', headers=headers | {"Content-Type": "application/json"}))
    answers.append(client.get(f"/v1/decisions/{CANARY}", headers=headers))
    answers.append(client.get("/v1/decisions", params={"action": CANARY, "cursor": CANARY}, headers=headers))
    answers.append(client.get(f"/{CANARY}", params={"text": CANARY}))
    service.analyzer.breaks_on = "Zephyrine"
    answers.append(client.post("/v1/triage", json=body | {"id": "c2"}, headers=headers))
    answers.append(client.post("/try", data={"text": CANARY, "kind": "nonsense"}))
    assert answers[0].status_code == 200
    assert answers[-2].status_code == 500
    answered = " ".join(answer.text for answer in answers[1:-1])
    # A redacted text keeps what is no finding, and the fake analyser knows no names; the page shows what was typed.
    assert "Zephyrine" not in answered
    assert "Quartermain" not in answered
    assert "request failed" in log.getvalue()
    assert "Zephyrine" not in log.getvalue()
    files = [file for file in service.settings.data_dir.rglob("*") if file.is_file()]
    assert files
    assert not [file for file in files if b"Zephyrine" in file.read_bytes()]


def test_each_request_is_a_line_of_json_with_its_route(service: Service, log: io.StringIO) -> None:
    service.client.get("/v1/decisions/01ARZ3NDEKTSV4RRFFQ69G5FAV?x=secret")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    (line,) = [line for line in lines if line["message"] == "request"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/v1/decisions/{decision_id}", 401)
    assert "secret" not in log.getvalue()


def test_an_unforeseen_error_is_a_problem_without_its_message(
    start: Callable[[], Service], log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = start()

    def careless(_: object, secret: str) -> None:
        raise RuntimeError(f"no idea what {CANARY} and {secret} are")

    monkeypatch.setattr(Keys, "remembered", careless)
    answer = service.client.post("/v1/triage", json={"text": "a"}, headers={"Authorization": "Bearer x"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "application/problem+json")
    assert CANARY not in answer.text + log.getvalue()
    assert "RuntimeError" in log.getvalue()


def test_a_full_line_is_503_with_retry_after(start: Callable[[], Service], monkeypatch: pytest.MonkeyPatch) -> None:
    service = start()
    headers = service.key(Scope.TRIAGE)

    def full(*_: object) -> None:
        raise Busy(retry_after=7)

    monkeypatch.setattr("app.services.triage.TriageLine.submit_many", full)
    for path, body in (("/v1/triage", {"text": "a"}), ("/v1/triage/batch", {"items": [{"text": "a"}]})):
        answer = service.client.post(path, json=body, headers=headers)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
        assert answer.json()["type"] == "urn:porchlight:problem:busy"


def test_a_revoked_key_opens_nothing(start: Callable[[], Service]) -> None:
    service = start()
    keys = Keys(service.store)
    new = keys.create(name="ours", scopes=[Scope.TRIAGE])
    headers = {"Authorization": f"Bearer {new.secret}"}
    keys.revoke(new.key.id)
    assert service.client.post("/v1/triage", json={"text": "a"}, headers=headers).status_code == 401
    with pytest.raises(NotFound):
        keys.revoke("nobody")
