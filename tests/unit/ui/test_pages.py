from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.domain.analysis import Analysis, Label, ModelStamp
from app.domain.comment import Comment, Goal, Kind
from app.domain.decision import Action, Citation, Decision, Explanation, Judgement, PolicyStamp, Review, Urgency
from app.domain.finding import About, Finding, FindingKind
from app.errors import Busy
from app.policy.assemble import catalogue_of
from app.policy.engine import Policy
from app.policy.loader import load_pack
from app.policy.schema import GUIDELINE_IDS
from app.ui.pages import router_for

RULES = Path(__file__).parents[3] / "rules"
TEXT = "Ring <b>him</b> on 0491 570 156"


@pytest.fixture(scope="module")
def policy() -> Policy:
    pack = load_pack(RULES)
    return Policy(pack=pack, catalogue=catalogue_of(pack, public_url="http://127.0.0.1:8000"))


def _decision(*findings: Finding, action: Action = Action.REMOVE) -> Decision:
    judgement = Judgement(
        action=action,
        urgency=Urgency.SOON,
        review=Review(required=True, reasons=("a person looks",)),
        citations=(Citation("personal-information", "Private details stay private", "it shows a phone number"),),
        explanation=Explanation(author="Dear author", moderator="Dear moderator", language="en", template="x/y"),
        held=True,
        policy=PolicyStamp("frontline", "sha256:0"),
    )
    analysis = Analysis(findings=findings, labels=MappingProxyType({Label.SPAM: 0.5}))
    return Decision("1", "2", judgement, analysis, "", ModelStamp("patterns", "1"), datetime(2026, 1, 1, tzinfo=UTC))


def _client(policy: Policy, triage: Callable[[Comment], Awaitable[Decision]] | None) -> TestClient:
    app = FastAPI(description="Comments in, decisions out.", docs_url=None)
    app.include_router(router_for(policy=policy, triage=triage, contract=app.openapi, max_text_bytes=200))
    return TestClient(app)


@pytest.fixture
def tried() -> list[Comment]:
    return []


@pytest.fixture
def client(policy: Policy, tried: list[Comment]) -> TestClient:
    async def triage(comment: Comment) -> Decision:
        tried.append(comment)
        start = comment.text.find("0491")
        return _decision(*([Finding(FindingKind.PHONE_NUMBER, start, start + 12, 1.0, "test")] if start >= 0 else []))

    return _client(policy, triage)


def test_the_page_asks_for_a_text(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert '<label for="text">' in page.text
    assert all(f'value="{kind.value}"' in page.text for kind in Kind)
    assert all(f'value="{goal.value}"' in page.text for goal in Goal)


def test_a_trial_shows_the_decision_and_marks_what_was_found(client: TestClient) -> None:
    page = client.post("/try", data={"text": TEXT, "kind": "post", "goal": "voice"})
    assert page.status_code == 200
    assert ">Remove</h1>" in page.text
    assert 'href="/guidelines#personal-information"' in page.text
    assert "Dear author" in page.text
    assert '[a phone number: </span>0491 570 156<span class="tag" aria-hidden="true">a phone number' in page.text


def test_a_trial_passes_on_what_was_chosen(client: TestClient, tried: list[Comment]) -> None:
    client.post("/try", data={"text": "one\r\ntwo", "kind": "draft", "goal": "services"})
    assert tried == [Comment(text="one\ntwo", kind=Kind.DRAFT, page_goal=Goal.SERVICES)]


def test_what_was_typed_is_shown_as_text_and_stays_in_the_form(client: TestClient) -> None:
    page = client.post("/try", data={"text": TEXT})
    assert "<b>him" not in page.text
    assert page.text.count("Ring &lt;b&gt;him&lt;/b&gt; on") == 2
    assert TEXT not in str(page.url)


def test_a_public_detail_is_marked_apart(policy: Policy) -> None:
    async def triage(_: Comment) -> Decision:
        return _decision(Finding(FindingKind.PHONE_NUMBER, 5, 17, 1.0, "test", about=About.PUBLIC), action=Action.KEEP)

    page = _client(policy, triage).post("/try", data={"text": "Ring 0491 570 156"})
    assert '<mark class="public">' in page.text


@pytest.mark.parametrize(
    ("kind", "action"),
    # A resident is never forbidden to write.
    [(kind, action) for kind in Kind for action in Action if (kind, action) != (Kind.RESIDENT_POST, Action.REMOVE)],
)
def test_every_kind_has_words_for_every_action_that_it_can_take(policy: Policy, kind: Kind, action: Action) -> None:
    async def triage(_: Comment) -> Decision:
        return _decision(action=action)

    assert _client(policy, triage).post("/try", data={"text": "a", "kind": kind.value}).status_code == 200


@pytest.mark.parametrize(
    ("fields", "status", "message"),
    [
        ({"text": " \n "}, 422, "write or paste a text"),
        ({"kind": "comment"}, 422, "write or paste a text"),
        ({"text": "a", "kind": "letter"}, 422, "choose the kind"),
        ({"text": "a", "goal": "fame"}, 422, "choose the kind"),
        ({"text": "ä" * 101}, 413, "20 kB"),
        ({"text": "a" * 20_000}, 413, "20 kB"),
        ({f"field{number}": "a" for number in range(20)}, 422, "as the page does"),
    ],
)
def test_a_mistake_is_explained_above_the_form(client: TestClient, fields: dict[str, str], status: int, message: str) -> None:
    page = client.post("/try", data=fields)
    assert page.status_code == status
    assert message in page.text
    assert 'role="alert"' in page.text


@pytest.mark.parametrize("raw", [b"text=%00%ff%f0%9f", b"text=%ED%A0%80", "text=ä".encode("latin-1"), b"%%%=&&&=text"])
def test_odd_bytes_are_answered(client: TestClient, raw: bytes) -> None:
    page = client.post("/try", content=raw, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert page.status_code in {200, 422}


def test_when_the_line_is_busy_the_page_says_when_to_come_back(policy: Policy) -> None:
    async def triage(_: Comment) -> Decision:
        raise Busy(retry_after=3)

    page = _client(policy, triage).post("/try", data={"text": "hello out there"})
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "3"
    assert "hello out there" in page.text


def test_without_a_page_to_try_the_first_page_leads_on(policy: Policy) -> None:
    client = _client(policy, None)
    page = client.get("/")
    assert page.status_code == 200
    assert "<form" not in page.text
    assert 'href="/guidelines"' in page.text
    assert 'href="/docs"' in page.text
    assert "Try it" not in client.get("/guidelines").text
    assert client.get("/try", follow_redirects=False).status_code == 404
    assert client.post("/try", data={"text": "a"}).status_code == 404


@pytest.mark.parametrize("path", ["/", "/guidelines", "/docs"])
def test_pages_allow_nothing_from_elsewhere(client: TestClient, path: str) -> None:
    page = client.get(path)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "style=" not in page.text
    assert "<style" not in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"


def test_every_guideline_has_an_anchor_and_help_comes_first(client: TestClient, policy: Policy) -> None:
    page = client.get("/guidelines").text
    assert all(f'id="{guideline}"' in page for guideline in GUIDELINE_IDS)
    country = policy.pack.countries[policy.pack.settings.pages[policy.pack.settings.default_page].country]
    assert page.index(f'href="tel:{country.emergency}"') < page.index("<h1")
    assert all(line.number in page for line in country.helplines)


def test_static_files_are_served_by_the_name_that_pages_use(client: TestClient) -> None:
    page = client.get("/").text
    for part in page.split('"'):
        if part.startswith("/static/"):
            assert client.get(part).status_code == 200


def test_reloading_the_answer_leads_back_to_the_form(client: TestClient) -> None:
    assert client.get("/try", follow_redirects=False).headers["Location"] == "/"
