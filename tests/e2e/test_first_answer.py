"""What a programmer does first: make a key, send a comment, send it again, look it up."""

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.conftest import ROOT, Service


@pytest.fixture(scope="module")
def key(service: Service) -> str:
    made = service.command("keys", "create", "--name", "our website", "--scopes", "triage,audit")
    assert made.returncode == 0, made.stderr
    return made.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def client(service: Service, key: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, headers={"Authorization": f"Bearer {key}"}) as client:
        yield client


def test_the_readmes_first_request_is_answered(client: httpx.Client) -> None:
    body = re.findall(r"-d '(.*)'", (ROOT / "README.md").read_text(encoding="utf-8"))[0]
    answer = client.post("/v1/triage", content=body, headers={"Content-Type": "application/json"}).raise_for_status().json()
    assert answer["action"] == "remove"
    assert answer["guidelines"][0]["id"] == "personal-information"
    assert answer["redacted_text"] == "Everybody ring him on [phone number]!"


def test_a_comment_that_is_sent_again_keeps_its_decision_and_can_be_looked_up(client: httpx.Client) -> None:
    first, second = (client.post("/v1/triage", json={"id": "e2e:1", "text": "Thank you all"}).json() for _ in range(2))
    assert first == second
    logged = client.get(f"/v1/decisions/{first['decision_id']}").raise_for_status().json()
    assert logged["decision"]["comment_id"] == "e2e:1"


def test_a_trial_leaves_nothing_in_the_log(client: httpx.Client) -> None:
    client.post("/v1/triage", json={"id": "e2e:trial", "text": "Thank you all", "record": False}).raise_for_status()
    client.post("/try", data={"text": "Thank you all"}).raise_for_status()
    assert client.get("/v1/decisions", params={"comment_id": "e2e:trial"}).json()["items"] == []


def test_a_key_that_has_ended_is_refused(service: Service) -> None:
    made = service.command("keys", "create", "--name", "short", "--scopes", "triage")
    key_id = made.stderr.split("Made the key ")[1].split(".")[0]
    assert service.command("keys", "revoke", key_id).returncode == 0
    headers = {"Authorization": f"Bearer {made.stdout.splitlines()[-1]}"}
    refused = httpx.post(f"{service.url}/v1/triage", json={"text": "Thank you all"}, headers=headers)
    assert refused.status_code == httpx.codes.UNAUTHORIZED


def test_requests_can_come_through_a_pipe(service: Service) -> None:
    answered = service.command("triage", "-", stdin='{"id": "a", "text": "Thank you all"}\n{"id": "b", "text": "Well done"}\n')
    assert answered.returncode == 0, answered.stderr
    assert [line.split('"comment_id":"')[1][0] for line in answered.stdout.splitlines()] == ["a", "b"]
