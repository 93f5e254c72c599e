"""The line: together, once, durable, and never one for all."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from app.domain.comment import Comment, Goal, Mention
from app.domain.decision import Action, Decision
from app.errors import Busy, Conflict, PorchlightError
from app.services.triage import Line, Request, TriageLine
from tests.fakes import FakeAnalyzer, MemoryStore, fingerprint, frontline

WITHIN_S = 20
RING = "ring 0491 570 156 now"


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def analyzer() -> FakeAnalyzer:
    return FakeAnalyzer()


@pytest.fixture
def closed(store: MemoryStore, analyzer: FakeAnalyzer) -> Iterator[TriageLine]:
    """A line that has not started, so that what is asked of it arrives together."""
    line = TriageLine(Line(policy=frontline(), analyzer=analyzer, store=store, fingerprint=fingerprint), batch_max=8, queue_max=16)
    yield line
    line.stop()


@pytest.fixture
def line(closed: TriageLine) -> TriageLine:
    closed.start()
    return closed


def _ask(line: TriageLine, text: str, *, comment_id: str = "", sender: str = "a", record: bool = True) -> Future[Decision]:
    return line.submit(Request(Comment(text=text, id=comment_id, page="main"), sender=sender, record=record))


def _answer(line: TriageLine, text: str, *, comment_id: str = "", sender: str = "a", record: bool = True) -> Decision:
    return _ask(line, text, comment_id=comment_id, sender=sender, record=record).result(WITHIN_S)


def test_a_text_is_read_judged_written_down_and_answered(line: TriageLine, store: MemoryStore) -> None:
    decision = _answer(line, RING, comment_id="c1")
    assert decision.judgement.action is Action.REMOVE
    assert decision.judgement.citations[0].guideline == "personal-information"
    assert decision.redacted_text == "ring [phone number] now"
    assert [(entry.decision, entry.comment.text, entry.version) for entry in store.entries] == [(decision, RING, 1)]


def test_nobody_is_answered_before_the_decision_is_kept(line: TriageLine, store: MemoryStore) -> None:
    seen: list[int] = []
    answer = Future[Decision]()
    with store.lock:
        answer = _ask(line, RING)
        answer.add_done_callback(lambda _: seen.append(store.writes))
        assert not answer.done()
    answer.result(WITHIN_S)
    assert seen == [1]


def test_a_trial_keeps_nothing(line: TriageLine, store: MemoryStore) -> None:
    decision = line.submit(Request(Comment(text=RING, page="main", page_goal=Goal.VOICE), record=False)).result(WITHIN_S)
    assert decision.judgement.action is Action.REMOVE
    assert (store.entries, store.writes) == ([], 0)


def test_what_arrives_together_is_read_and_kept_together_and_each_text_once(
    closed: TriageLine, store: MemoryStore, analyzer: FakeAnalyzer
) -> None:
    answers = [_ask(closed, text) for text in ("same", "same", "other")]
    closed.start()
    decisions = [answer.result(WITHIN_S) for answer in answers]
    assert analyzer.batches == [["same", "other"]]
    assert store.writes == 1
    assert len({decision.id for decision in decisions}) == len({decision.comment_id for decision in decisions}) == 3


def test_the_same_text_by_another_tag_is_read_by_itself(closed: TriageLine, analyzer: FakeAnalyzer) -> None:
    tagged = Comment(text="Wren hello", page="main", mentions=(Mention("u", "Wren", 0, 4),))
    answers = [_ask(closed, "Wren hello"), closed.submit(Request(tagged, sender="a"))]
    closed.start()
    for one in answers:
        one.result(WITHIN_S)
    assert analyzer.batches[0] == ["Wren hello", "Wren hello"]


def test_the_same_comment_again_gives_the_same_decision_without_reading(
    line: TriageLine, store: MemoryStore, analyzer: FakeAnalyzer
) -> None:
    first = _answer(line, RING, comment_id="c1")
    assert _answer(line, RING, comment_id="c1") == first
    assert (len(store.entries), len(analyzer.batches)) == (1, 1)


def test_the_same_comment_twice_in_one_batch_is_decided_once(closed: TriageLine, store: MemoryStore) -> None:
    answers = [_ask(closed, RING, comment_id="c1") for _ in range(3)]
    closed.start()
    assert len({answer.result(WITHIN_S).id for answer in answers}) == 1
    assert len(store.entries) == 1


def test_an_edit_supersedes(line: TriageLine, store: MemoryStore) -> None:
    first = _answer(line, RING, comment_id="c1")
    second = _answer(line, "sorry", comment_id="c1")
    third = _answer(line, RING, comment_id="c1")
    assert (first.supersedes, second.supersedes, third.supersedes) == (None, first.id, second.id)
    assert [entry.version for entry in store.entries] == [1, 2, 3]


def test_edits_within_one_batch_follow_each_other(closed: TriageLine) -> None:
    answers = [_ask(closed, text, comment_id="c1") for text in ("one", "two", "two", "three")]
    closed.start()
    one, two, again, three = (answer.result(WITHIN_S) for answer in answers)
    assert again == two
    assert (one.supersedes, two.supersedes, three.supersedes) == (None, one.id, two.id)


def test_another_sender_has_comments_of_its_own(line: TriageLine) -> None:
    first = _answer(line, RING, comment_id="c1", sender="a")
    second = _answer(line, RING, comment_id="c1", sender="b")
    assert first.id != second.id
    assert second.supersedes is None


def test_one_bad_text_fails_alone_and_says_nothing_of_itself(
    closed: TriageLine, analyzer: FakeAnalyzer, store: MemoryStore, caplog: pytest.LogCaptureFixture
) -> None:
    analyzer.breaks_on = "canary"
    good, bad, also_good = _ask(closed, "good"), _ask(closed, "the canary sings"), _ask(closed, "also good")
    closed.start()
    assert good.result(WITHIN_S).judgement.action is Action.KEEP
    assert also_good.result(WITHIN_S).judgement.action is Action.KEEP
    with pytest.raises(PorchlightError) as raised:
        bad.result(WITHIN_S)
    assert "canary" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert [entry.comment.text for entry in store.entries] == ["good", "also good"]
    assert "canary" not in " ".join(record.getMessage() for record in caplog.records)


def test_a_comment_that_another_process_wrote_first_is_answered_with_its_decision(line: TriageLine, store: MemoryStore) -> None:
    theirs = _answer(line, RING, comment_id="c1")
    entries, store.entries = store.entries, []

    def overtake() -> Exception:
        store.entries = entries
        return Conflict()

    store.refuse.append(overtake)
    assert _answer(line, RING, comment_id="c1") == theirs
    assert store.entries == entries


def test_a_comment_that_is_just_being_written_down_is_waited_for(store: MemoryStore, analyzer: FakeAnalyzer) -> None:
    line = TriageLine(Line(policy=frontline(), analyzer=analyzer, store=store, fingerprint=fingerprint), batch_max=1)
    answers = [_ask(line, text, comment_id="c1") for text in (RING, RING, "sorry", "sorry", RING)]
    line.start()
    decisions = [answer.result(WITHIN_S) for answer in answers]
    line.stop()
    assert [entry.version for entry in store.entries] == [1, 2, 3]
    assert analyzer.batches == [[RING], ["sorry"], [RING]]
    assert decisions[0] == decisions[1]
    assert decisions[4].supersedes == decisions[3].id


def test_a_comment_that_is_stored_broken_fails_alone(closed: TriageLine, store: MemoryStore) -> None:
    store.broken.add("c2")
    answers = [_ask(closed, "hello", comment_id=comment_id) for comment_id in ("c1", "c2", "c3", "c1")]
    closed.start()
    assert [answer.exception(WITHIN_S) is None for answer in answers] == [True, False, True, True]
    assert answers[0].result() == answers[3].result()
    assert sorted(entry.place.comment_id for entry in store.entries) == ["c1", "c3"]


def test_a_store_that_is_away_fails_the_batch_at_once(closed: TriageLine, store: MemoryStore) -> None:
    store.refuse.append(lambda: Busy(retry_after=5))
    answers = [_ask(closed, text) for text in ("one", "two")]
    closed.start()
    for answer in answers:
        with pytest.raises(Busy):
            answer.result(WITHIN_S)
    assert _answer(closed, "three").judgement.action is Action.KEEP


def test_a_full_queue_takes_nothing_and_says_when_to_come_back(closed: TriageLine) -> None:
    waiting = [_ask(closed, f"text {number}") for number in range(16)]
    with pytest.raises(Busy) as refused:
        _ask(closed, "one too many")
    assert refused.value.retry_after is not None
    assert refused.value.retry_after >= 1
    closed.start()
    for answer in waiting:
        assert answer.result(WITHIN_S)


def test_several_are_taken_together_or_not_at_all(line: TriageLine, analyzer: FakeAnalyzer) -> None:
    requests = [Request(Comment(text=f"text {number}", page="main"), sender="a") for number in range(17)]
    with pytest.raises(Busy):
        line.submit_many(requests)
    assert len([answer.result(WITHIN_S) for answer in line.submit_many(requests[:16])]) == 16
    assert sum(map(len, analyzer.batches)) == 16


def test_who_has_gone_away_is_not_read_for(closed: TriageLine, analyzer: FakeAnalyzer) -> None:
    gone, here = _ask(closed, "gone"), _ask(closed, "here")
    assert gone.cancel()
    closed.start()
    here.result(WITHIN_S)
    assert analyzer.batches == [["here"]]


def test_stopping_answers_what_waits_and_takes_nothing_more(closed: TriageLine, store: MemoryStore) -> None:
    answers = [_ask(closed, f"text {number}") for number in range(12)]
    closed.start()
    closed.stop()
    assert all(answer.done() and answer.exception() is None for answer in answers)
    assert len(store.entries) == 12
    assert not closed.running
    with pytest.raises(Busy):
        _ask(closed, "late")


def test_many_threads_get_each_their_own_answer(line: TriageLine, store: MemoryStore) -> None:
    wrong: list[str] = []

    def worker(name: str) -> None:
        for number in range(20):
            text = f"{name} says {number}"
            try:
                decision = _answer(line, text, comment_id=f"{name}:{number}")
            except Busy:
                continue
            if decision.comment_id != f"{name}:{number}" or decision.redacted_text != text:
                wrong.append(text)

    threads = [threading.Thread(target=worker, args=(f"w{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    ids = [entry.decision.id for entry in store.entries]
    assert ids == sorted(set(ids))
