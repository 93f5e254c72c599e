"""The contract of a store: the one in memory, SQLite and PostgreSQL keep it alike."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import MappingProxyType

import pytest
from ulid import ULID

from app.domain.analysis import Analysis, ClaimMatch, Label, Language, ModelStamp
from app.domain.comment import Author, Comment, Kind, Mention, Parent, Relation
from app.domain.decision import Action, Citation, Decision, Explanation, Judgement, PolicyStamp, Review, Urgency
from app.domain.finding import About, Finding, FindingKind, Form
from app.domain.key import ApiKey, Scope
from app.errors import Conflict, NotFound
from app.services.ports import Entry, LogFilter, Place, Store, UnitOfWork
from app.storage.unit_of_work import SqlStore
from tests.databases import KINDS, sql_store
from tests.fakes import MemoryStore, fingerprint

NOW = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture(params=["memory", *KINDS])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    store = sql_store(request.param, tmp_path)
    yield store
    store.database.close()


def entry_of(
    comment_id: str = "c1",
    *,
    sender: str = "a",
    text: str = "ring 0491 570 156",
    after: Entry | None = None,
    minutes: int = 0,
    action: Action = Action.REMOVE,
    urgency: Urgency = Urgency.SOON,
    guidelines: tuple[str, ...] = ("personal-information", "threat"),
    reasons: tuple[str, ...] = ("a person looks",),
    kind: Kind = Kind.COMMENT,
    page: str = "main",
    policy: str = "sha256:1",
) -> Entry:
    at = NOW + timedelta(minutes=minutes)
    comment = Comment(
        text=text,
        id=comment_id,
        kind=kind,
        page=page,
        author=Author("u1", "Robin Hale", Relation.SURVIVOR),
        mentions=(Mention("u2", "Wren Alder", 0, 4),),
        parent=Parent("p", "Our open day \ud83d was lovely\0"),
        created_at=NOW,
    )
    judgement = Judgement(
        action=action,
        urgency=urgency,
        review=Review(bool(reasons), reasons),
        citations=tuple(Citation(one, f"Title of {one}", "because") for one in guidelines),
        explanation=Explanation("Dear author", "Dear moderator", "en", "x/remove"),
        held=True,
        policy=PolicyStamp("frontline", policy),
    )
    analysis = Analysis(
        findings=(Finding(FindingKind.PHONE_NUMBER, 5, 17, 0.1 + 0.2, "phone_numbers", About.OTHER, Form.PLAIN),),
        labels=MappingProxyType({Label.THREAT: 1 / 3}),
        claim=ClaimMatch("women-lie", 0.7),
        language=Language("en", covered=False),
    )
    decision = Decision(
        id=str(ULID.from_datetime(at)),
        comment_id=comment_id,
        judgement=judgement,
        analysis=analysis,
        redacted_text="ring [phone number]",
        model=ModelStamp("fake", "1"),
        decided_at=at,
        supersedes=after.decision.id if after else None,
    )
    return Entry(Place(sender, comment_id), after.version + 1 if after else 1, comment, fingerprint(text), decision)


def add(store: Store, *entries: Entry) -> None:
    with store.write() as work:
        work.decisions.add_many(entries)


def _find(store: Store, wanted: LogFilter, *, before: str | None = None, limit: int = 100) -> list[str]:
    with store.read() as work:
        return [one.decision.comment_id for one in work.decisions.find(wanted, before=before, limit=limit)]


def test_what_is_written_down_is_read_again_as_it_was(store: Store) -> None:
    entry = entry_of()
    add(store, entry)
    with store.read() as work:
        (standing,) = work.decisions.standing([entry.place]).values()
        logged = work.decisions.get(entry.decision.id)
    assert (standing.version, standing.fingerprint, standing.decision) == (1, entry.fingerprint, entry.decision)
    assert logged.decision == entry.decision
    assert (logged.kind, logged.page, logged.reviewed, logged.superseded_by) == (Kind.COMMENT, "main", False, None)


def test_only_the_places_that_were_asked_for_stand(store: Store) -> None:
    mine, theirs, other = entry_of(), entry_of(sender="b"), entry_of("c2")
    add(store, mine, theirs, other)
    with store.read() as work:
        found = work.decisions.standing([mine.place, Place("a", "nowhere")])
    assert {place: one.decision.id for place, one in found.items()} == {mine.place: mine.decision.id}


def test_edits_form_a_history_and_the_latest_stands(store: Store) -> None:
    first = entry_of()
    second = entry_of(text="sorry", after=first, minutes=1)
    third = entry_of(text="hello", after=second, minutes=2)
    add(store, first, second)
    add(store, third)
    with store.read() as work:
        (standing,) = work.decisions.standing([first.place]).values()
        history = work.decisions.history(second.decision.id)
    assert (standing.version, standing.decision.id) == (3, third.decision.id)
    assert [one.decision for one in history] == [first.decision, second.decision, third.decision]
    assert [one.superseded_by for one in history] == [second.decision.id, third.decision.id, None]


def test_of_two_writers_of_the_same_version_one_is_refused_whole(store: Store) -> None:
    first = entry_of()
    add(store, first)
    for late in (entry_of(minutes=1), entry_of(text="b", after=replace(first, version=0), minutes=1)):
        with pytest.raises(Conflict):
            add(store, entry_of("c2"), late)
    assert _find(store, LogFilter()) == ["c1"]


def _write_and_fail(work: UnitOfWork) -> None:
    work.decisions.add_many([entry_of()])
    raise NotFound


def test_a_unit_of_work_that_raises_leaves_nothing(store: Store) -> None:
    with pytest.raises(NotFound), store.write() as work:
        _write_and_fail(work)
    assert _find(store, LogFilter()) == []


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (LogFilter(), {"c1", "c2", "c3"}),
        (LogFilter(action=Action.KEEP), {"c2"}),
        (LogFilter(urgency=Urgency.NOW), {"c3"}),
        (LogFilter(guideline="threat"), {"c1"}),
        (LogFilter(kind=Kind.DRAFT), {"c2"}),
        (LogFilter(page="other"), {"c3"}),
        (LogFilter(policy_version="sha256:2"), {"c3"}),
        (LogFilter(comment_id="c2"), {"c2"}),
        (LogFilter(reviewed=False), {"c1", "c2", "c3"}),
        (LogFilter(reviewed=True), set()),
        (LogFilter(since=NOW + timedelta(minutes=1)), {"c2", "c3"}),
        (LogFilter(until=NOW + timedelta(minutes=1)), {"c1"}),
        (LogFilter(since=(NOW + timedelta(minutes=2)).astimezone(timezone(timedelta(hours=11)))), {"c3"}),
        (LogFilter(action=Action.REMOVE, guideline="personal-information", page="main"), {"c1"}),
        (LogFilter(comment_id="' OR 1=1 --"), set()),
    ],
)
def test_the_log_is_filtered(store: Store, wanted: LogFilter, found: set[str]) -> None:
    add(
        store,
        entry_of("c1"),
        entry_of("c2", minutes=1, action=Action.KEEP, kind=Kind.DRAFT, guidelines=(), reasons=()),
        entry_of("c3", minutes=2, urgency=Urgency.NOW, guidelines=("personal-information",), page="other", policy="sha256:2"),
    )
    assert set(_find(store, wanted)) == found


def test_the_log_is_paged_newest_first(store: Store) -> None:
    entries = [entry_of(f"c{number}", minutes=number) for number in range(5)]
    add(store, *entries)
    assert _find(store, LogFilter(), limit=2) == ["c4", "c3"]
    assert _find(store, LogFilter(), before=entries[3].decision.id, limit=2) == ["c2", "c1"]


def test_what_is_not_there_is_not_found(store: Store) -> None:
    with store.read() as work:
        for ask in (work.decisions.get, work.decisions.history):
            with pytest.raises(NotFound):
                ask(str(ULID()))


def test_keys_are_kept_by_their_digest(store: Store) -> None:
    old = ApiKey("01" + "A" * 24, "our website", frozenset({Scope.TRIAGE, Scope.AUDIT}), NOW)
    new = ApiKey("01" + "B" * 24, "our app", frozenset({Scope.ADMIN}), NOW + timedelta(days=1))
    with store.write() as work:
        work.keys.add(new, digest=b"2" * 32)
        work.keys.add(old, digest=b"1" * 32)
    with store.write() as work:
        work.keys.used(old.id, at=NOW + timedelta(days=2))
        work.keys.revoke(new.id, at=NOW + timedelta(days=3))
    with store.read() as work:
        assert work.keys.all() == [
            replace(old, last_used_at=NOW + timedelta(days=2)),
            replace(new, revoked_at=NOW + timedelta(days=3)),
        ]
        assert work.keys.by_digest(b"1" * 32) == replace(old, last_used_at=NOW + timedelta(days=2))
        assert work.keys.by_digest(b"3" * 32) is None


def test_a_key_that_is_not_there_cannot_be_revoked(store: Store) -> None:
    with pytest.raises(NotFound), store.write() as work:
        work.keys.revoke(str(ULID()), at=NOW)


def test_a_thousand_places_are_asked_at_once(store: Store) -> None:
    entries = [entry_of(f"c{number}") for number in range(1000)]
    add(store, *entries)
    with store.read() as work:
        assert len(work.decisions.standing([entry.place for entry in entries])) == 1000


def test_stores_are_what_the_services_expect() -> None:
    stores: list[type[Store]] = [MemoryStore, SqlStore]
    assert stores
