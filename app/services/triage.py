"""The line: a text comes in, is read, is judged, is written down, is answered.

One thread owns reading and writing. It takes whatever has arrived together, has it read as one batch, and
writes it down in one transaction. Nobody is answered before that transaction is durable.
"""

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from ulid import ULID

from app.domain.analysis import Analysis
from app.domain.comment import Comment
from app.domain.decision import Decision
from app.errors import Busy, Conflict, PorchlightError
from app.policy.engine import Policy, decide
from app.services.ports import Analyzer, Entry, Place, Standing, Store
from app.services.redaction import redact

LARGEST_BATCH = 256
"""How many texts one request may bring; a queue has room for at least as many."""

_log = logging.getLogger(__name__)
# Another process may write the same comment at the same moment; its decision is found when it is tried again.
_TRIES_ALONE = 3
# How much the latest batch counts in the running mean of seconds a text.
_WEIGHT = 0.2


@dataclass(frozen=True, slots=True)
class Request:
    """A comment and who sent it (an API key's id). With `record=False` it is a trial: nothing is kept."""

    comment: Comment
    sender: str = ""
    record: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """A request in the line, with the answer that somebody waits for.

    A comment that came without an id has one from here on, so that a second try meets what the first one wrote.
    """

    comment: Comment
    place: Place
    record: bool
    named: bool
    fingerprint: bytes
    answer: Future[Decision] = field(default_factory=Future)


@dataclass(frozen=True, slots=True)
class Line:
    """What the line works with. `fingerprint` hashes text under a key, so that texts are compared and not kept."""

    policy: Policy
    analyzer: Analyzer
    store: Store
    fingerprint: Callable[[str, str, str], bytes]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


class TriageLine:
    """Takes requests from any thread and answers them from its own."""

    def __init__(self, line: Line, *, batch_max: int = 32, queue_max: int = 512, batch_wait: timedelta = timedelta(0)) -> None:
        self._line = line
        self._batch_max = batch_max
        self._queue_max = queue_max
        self._batch_wait = batch_wait.total_seconds()
        self._queue: deque[_Waiting] = deque()
        self._arrived = threading.Condition()
        self._closing = False
        self._seconds_each = 0.01
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to answer; also once more, after it was stopped."""
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="triage", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Answer what is waiting, take nothing more in, and end the thread."""
        with self._arrived:
            self._closing = True
            self._arrived.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    @property
    def running(self) -> bool:
        """Whether requests are answered."""
        return self._thread is not None and self._thread.is_alive() and not self._closing

    def submit(self, request: Request) -> "Future[Decision]":
        """Put one request in the line. Raises Busy when it is full; the future raises nothing but PorchlightErrors."""
        return self.submit_many((request,))[0]

    def submit_many(self, requests: Sequence[Request]) -> "list[Future[Decision]]":
        """Put all of these in the line, or none. Raises Busy when they do not fit."""
        waiting = [self._waiting(request) for request in requests]
        with self._arrived:
            if self._closing or len(self._queue) + len(waiting) > self._queue_max:
                raise Busy(retry_after=self._wait())
            self._queue.extend(waiting)
            self._arrived.notify()
        return [one.answer for one in waiting]

    def _wait(self) -> int:
        """In how many seconds the queue should be empty, at least 1."""
        return max(1, math.ceil(len(self._queue) * self._seconds_each))

    def _waiting(self, request: Request) -> _Waiting:
        comment = request.comment if request.comment.id else replace(request.comment, id=str(ULID()))
        return _Waiting(
            comment=comment,
            place=Place(sender=request.sender, comment_id=comment.id),
            record=request.record,
            named=bool(request.comment.id),
            fingerprint=self._line.fingerprint(request.sender, comment.id, comment.text) if request.record else b"",
        )

    def _run(self) -> None:
        while batch := self._take():
            started = time.monotonic()
            wanted = [one for one in batch if one.answer.set_running_or_notify_cancel()]
            self._answer(wanted)
            each = (time.monotonic() - started) / len(batch)
            self._seconds_each += _WEIGHT * (each - self._seconds_each)

    def _take(self) -> list[_Waiting]:
        """What has arrived, at most a batch; empty when the line has closed and nothing is left."""
        with self._arrived:
            self._arrived.wait_for(lambda: self._queue or self._closing)
            if self._batch_wait and not self._closing:
                self._arrived.wait_for(lambda: len(self._queue) >= self._batch_max or self._closing, timeout=self._batch_wait)
            return [self._queue.popleft() for _ in range(min(len(self._queue), self._batch_max))]

    def _answer(self, batch: Sequence[_Waiting]) -> None:
        try:
            decisions = self._decide(batch, ask_all=False)
        except Busy as error:
            # The store cannot be reached, and trying each alone would only wait as often as there are texts.
            for one in batch:
                one.answer.set_exception(error)
        except Exception as error:  # whatever it is, the others in the batch must not fail with it
            _log.warning("a batch failed", extra={"size": len(batch), "error": type(error).__name__})
            for one in batch:
                self._answer_alone(one)
        else:
            for one, decision in zip(batch, decisions, strict=True):
                one.answer.set_result(decision)

    def _answer_alone(self, one: _Waiting) -> None:
        for left in reversed(range(_TRIES_ALONE)):
            try:
                (decision,) = self._decide((one,), ask_all=True)
            except Exception as error:  # the thread has to live on, and the message may hold what somebody wrote
                if left and isinstance(error, Conflict):
                    continue
                _log.exception("a request failed", extra={"error": type(error).__name__})
                one.answer.set_exception(error if isinstance(error, PorchlightError) else PorchlightError())
                return
            one.answer.set_result(decision)
            return

    def _decide(self, batch: Sequence[_Waiting], *, ask_all: bool) -> list[Decision]:
        """A decision each, in order, durable when this returns."""
        standing = self._standing([one.place for one in batch if one.record and (one.named or ask_all)])
        analyses = self._analyses(_to_be_read(batch, standing))
        decisions: list[Decision] = []
        entries: list[Entry] = []
        for one in batch:
            before = standing.get(one.place) if one.record else None
            if before is not None and before.fingerprint == one.fingerprint:
                decisions.append(before.decision)
                continue
            decision = self._judge(one.comment, analyses[_as_read(one.comment)], supersedes=before.decision.id if before else None)
            decisions.append(decision)
            if one.record:
                version = before.version + 1 if before else 1
                entries.append(Entry(one.place, version, one.comment, one.fingerprint, decision))
                standing[one.place] = Standing(version, one.fingerprint, decision)
        if entries:
            with self._line.store.write() as work:
                work.decisions.add_many(entries)
        return decisions

    def _standing(self, places: Sequence[Place]) -> dict[Place, Standing]:
        if not places:
            return {}
        with self._line.store.read() as work:
            return dict(work.decisions.standing(set(places)))

    def _analyses(self, comments: Sequence[Comment]) -> dict[Comment, Analysis]:
        """Each distinct comment with its analysis; the same text is read once."""
        distinct = list(dict.fromkeys(_as_read(comment) for comment in comments))
        return dict(zip(distinct, self._line.analyzer.analyze_many(distinct), strict=True)) if distinct else {}

    def _judge(self, comment: Comment, analysis: Analysis, *, supersedes: str | None) -> Decision:
        now = self._line.clock()
        analyzer = self._line.analyzer
        return Decision(
            id=str(ULID.from_datetime(now)),
            comment_id=comment.id,
            judgement=decide(self._line.policy, comment, analysis, now=now, patterns_only=analyzer.patterns_only),
            analysis=analysis,
            redacted_text=redact(comment.text, analysis.findings),
            model=analyzer.stamp,
            decided_at=now,
            supersedes=supersedes,
        )


def _as_read(comment: Comment) -> Comment:
    """The comment without what says nothing of its text."""
    return replace(comment, id="", page_goal=None, created_at=None)


def _to_be_read(batch: Sequence[_Waiting], standing: dict[Place, Standing]) -> list[Comment]:
    """The comments that have no decision yet, also where one batch holds a comment twice."""
    latest = {place: one.fingerprint for place, one in standing.items()}
    unread: list[Comment] = []
    for one in batch:
        if one.record and latest.get(one.place) == one.fingerprint:
            continue
        unread.append(one.comment)
        if one.record:
            latest[one.place] = one.fingerprint
    return unread
