"""The line: a text comes in, is read, is judged, is written down, is answered.

One thread takes whatever has arrived together, has it read as one batch, and judges it. Another writes the batch
down in one transaction, so that the first can read on while the disk is busy. Nobody is answered before the
transaction is durable.
"""

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
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

    def fail(self, error: Exception) -> None:
        """Answer with an error. One that is not ours stays here, since its message may hold what somebody wrote."""
        if isinstance(error, PorchlightError):
            self.answer.set_exception(error)
        else:
            _log.error("a request failed", exc_info=error)
            self.answer.set_exception(PorchlightError())


@dataclass(frozen=True, slots=True)
class _Judged:
    """A request whose decision is to be written down; without an entry, another of the same batch writes it."""

    waiting: _Waiting
    analysis: Analysis
    decision: Decision
    entry: Entry | None


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
        kept: Future[None] = Future()
        kept.set_result(None)
        keeping: frozenset[Place] = frozenset()
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="triage-keep") as keeper:
            while batch := self._take():
                started = time.monotonic()
                if any(one.place in keeping for one in batch):
                    kept.result()
                judged = self._judge_all([one for one in batch if one.answer.set_running_or_notify_cancel()])
                # One batch is written down at a time, and no more than one waits for that.
                kept.result()
                keeping = frozenset(one.waiting.place for one in judged)
                kept = keeper.submit(self._keep, judged)
                each = (time.monotonic() - started) / len(batch)
                self._seconds_each += _WEIGHT * (each - self._seconds_each)

    def _take(self) -> list[_Waiting]:
        """What has arrived, at most a batch; empty when the line has closed and nothing is left."""
        with self._arrived:
            self._arrived.wait_for(lambda: self._queue or self._closing)
            if self._batch_wait and not self._closing:
                self._arrived.wait_for(lambda: len(self._queue) >= self._batch_max or self._closing, timeout=self._batch_wait)
            return [self._queue.popleft() for _ in range(min(len(self._queue), self._batch_max))]

    def _judge_all(self, batch: Sequence[_Waiting]) -> list[_Judged]:
        """Read and judge. What needs no writing, and what fails, is answered at once."""
        try:
            standing = self._standing([one.place for one in batch if one.named and one.record])
        except Exception as error:  # the thread has to live on, and a comment that is stored broken must fail alone
            if len(batch) > 1 and not isinstance(error, Busy):
                return [ready for one in batch for ready in self._judge_all((one,))]
            for one in batch:
                one.fail(error)
            return []
        unread: list[_Waiting] = []
        for one in batch:
            before = standing.get(one.place) if one.record else None
            if before is not None and before.fingerprint == one.fingerprint:
                one.answer.set_result(before.decision)
            else:
                unread.append(one)
        analyses = self._analyses(unread)
        judged: list[_Judged] = []
        for one in unread:
            try:
                ready = self._judged(one, _sound(analyses[_as_read(one.comment)]), standing.get(one.place) if one.record else None)
            except Exception as error:  # the thread has to live on, and the others in the batch must not fail as well
                one.fail(error)
                continue
            if not one.record:
                one.answer.set_result(ready.decision)
                continue
            judged.append(ready)
            if ready.entry is not None:
                standing[one.place] = Standing(ready.entry.version, one.fingerprint, ready.decision)
        return judged

    def _judged(self, one: _Waiting, analysis: Analysis, before: Standing | None) -> _Judged:
        if before is not None and before.fingerprint == one.fingerprint:
            return _Judged(one, analysis, before.decision, entry=None)
        decision = self._judge(one.comment, analysis, supersedes=before.decision.id if before else None)
        version = before.version + 1 if before else 1
        return _Judged(one, analysis, decision, Entry(one.place, version, one.comment, one.fingerprint, decision))

    def _keep(self, batch: Sequence[_Judged]) -> None:
        """Write the batch down and answer it. When it cannot be written whole, each is tried alone."""
        try:
            self._write([one.entry for one in batch if one.entry is not None])
        except Busy as error:
            # The store cannot be reached, and trying each alone would only wait as often as there are texts.
            for one in batch:
                one.waiting.fail(error)
        except Exception as error:  # whatever it is, one must not fail for another
            _log.warning("a batch could not be written whole", extra={"size": len(batch), "error": type(error).__name__})
            for one in batch:
                self._keep_alone(one)
        else:
            for one in batch:
                one.waiting.answer.set_result(one.decision)

    def _keep_alone(self, one: _Judged) -> None:
        for left in reversed(range(_TRIES_ALONE)):
            try:
                again = self._judged(one.waiting, one.analysis, self._standing([one.waiting.place]).get(one.waiting.place))
                self._write([again.entry] if again.entry is not None else [])
            except Exception as error:  # the thread has to live on
                if left and isinstance(error, Conflict):
                    continue
                one.waiting.fail(error)
                return
            one.waiting.answer.set_result(again.decision)
            return

    def _write(self, entries: Sequence[Entry]) -> None:
        if entries:
            with self._line.store.write() as work:
                work.decisions.add_many(entries)

    def _standing(self, places: Sequence[Place]) -> dict[Place, Standing]:
        if not places:
            return {}
        with self._line.store.read() as work:
            return dict(work.decisions.standing(set(places)))

    def _analyses(self, unread: Sequence[_Waiting]) -> dict[Comment, Analysis | Exception]:
        """Each distinct comment with its analysis, or with what went wrong. The same text is read once."""
        distinct = list(dict.fromkeys(_as_read(one.comment) for one in unread))
        if not distinct:
            return {}
        try:
            return dict(zip(distinct, self._line.analyzer.analyze_many(distinct), strict=True))
        except Exception as error:  # a text that cannot be read must not keep others from being read
            _log.warning("a batch could not be read whole", extra={"size": len(distinct), "error": type(error).__name__})
            return {comment: self._analysis_alone(comment) for comment in distinct}

    def _analysis_alone(self, comment: Comment) -> Analysis | Exception:
        try:
            return self._line.analyzer.analyze_many([comment])[0]
        except Exception as error:  # told to the one who asked
            return error

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


def _sound(analysis: Analysis | Exception) -> Analysis:
    if isinstance(analysis, Exception):
        raise analysis
    return analysis


def _as_read(comment: Comment) -> Comment:
    """The comment without what says nothing of its text."""
    return replace(comment, id="", page_goal=None, created_at=None)
