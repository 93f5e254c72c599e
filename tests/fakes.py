"""Stand-ins for what is large or slow: an analyser that knows digits, and a store that keeps everything in memory."""

import hashlib
import re
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType

from app.domain.analysis import Analysis, Label, Language, ModelStamp
from app.domain.comment import Comment
from app.domain.finding import About, Finding, FindingKind
from app.domain.key import ApiKey
from app.errors import Busy, Conflict, NotFound
from app.policy.assemble import catalogue_of
from app.policy.engine import Policy
from app.policy.loader import load_pack
from app.services.ports import Entry, LogFilter, Logged, Place, Standing

PHONE = re.compile(r"\d[\d ]{6,}\d")


def fingerprint(*parts: str) -> bytes:
    """Not keyed: nothing in a test needs protection."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", errors="surrogatepass")).digest()


@dataclass
class FakeAnalyzer:
    """Finds runs of digits, and thinks that whoever writes "kill" threatens. It remembers what it was given."""

    stamp: ModelStamp = field(default_factory=lambda: ModelStamp(name="fake", version="1"))
    patterns_only: bool = False
    batches: list[list[str]] = field(default_factory=list)
    breaks_on: str = ""

    def analyze_many(self, comments: Sequence[Comment]) -> list[Analysis]:
        """Each text by itself. Raises when one holds `breaks_on`, with the text in the message, as careless code would."""
        self.batches.append([comment.text for comment in comments])
        return [self._analyze(comment.text) for comment in comments]

    def _analyze(self, text: str) -> Analysis:
        if self.breaks_on and self.breaks_on in text:
            raise RuntimeError(f"cannot read {text}")
        findings = tuple(
            Finding(FindingKind.PHONE_NUMBER, found.start(), found.end(), 0.99, "fake", About.OTHER) for found in PHONE.finditer(text)
        )
        labels = {Label.THREAT: 0.97, Label.PERSONAL_ATTACK: 0.125} if "kill" in text else {Label.SOLIDARITY: 0.75}
        return Analysis(findings=findings, labels=MappingProxyType(labels), language=Language("en"))


@dataclass
class MemoryStore:
    """Keeps everything until the test ends, by the same rules as the database. Safe for several threads."""

    entries: list[Entry] = field(default_factory=list)
    api_keys: dict[bytes, ApiKey] = field(default_factory=dict)
    reviewed: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    writes: int = 0
    refuse: list[Callable[[], Exception]] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    @contextmanager
    def read(self) -> Iterator["MemoryWork"]:
        """What is there."""
        with self.lock:
            yield MemoryWork(self, list(self.entries), dict(self.api_keys))

    @contextmanager
    def write(self) -> Iterator["MemoryWork"]:
        """A copy that becomes what is there. Fails as the test has asked in `refuse`, once for each."""
        with self.lock:
            if self.refuse:
                raise self.refuse.pop(0)()
            work = MemoryWork(self, list(self.entries), dict(self.api_keys))
            yield work
            self.entries, self.api_keys = work.entries, work.api_keys
            self.writes += 1

    def ping(self) -> None:
        """Always there, unless the test has asked for a failure."""
        if self.refuse:
            raise Busy


@dataclass
class MemoryWork:
    """One transaction, and the nouns within it."""

    store: MemoryStore
    entries: list[Entry]
    api_keys: dict[bytes, ApiKey]

    @property
    def decisions(self) -> "MemoryDecisions":
        """The decisions."""
        return MemoryDecisions(self)

    @property
    def keys(self) -> "MemoryKeys":
        """The API keys."""
        return MemoryKeys(self)


@dataclass
class MemoryDecisions:
    """The decisions, within one transaction."""

    work: MemoryWork

    def standing(self, places: Collection[Place]) -> Mapping[Place, Standing]:
        """The latest of each. Fails when one is of a comment that the test has broken."""
        if any(place.comment_id in self.work.store.broken for place in places):
            raise RuntimeError("cannot open what is stored")
        return {
            entry.place: Standing(entry.version, entry.fingerprint, entry.decision) for entry in self.work.entries if entry.place in places
        }

    def add_many(self, entries: Sequence[Entry]) -> None:
        """All of them, or Conflict."""
        for entry in entries:
            if any(entry.place == other.place and entry.version <= other.version for other in self.work.entries):
                raise Conflict
            self.work.entries.append(entry)

    def find(self, wanted: LogFilter, *, before: str | None, limit: int) -> list[Logged]:
        """Newest first."""
        found = [self._logged(entry) for entry in self.work.entries if _matches(entry, wanted)]
        found = [one for one in found if wanted.reviewed in (None, one.reviewed) and (before is None or one.decision.id < before)]
        return sorted(found, key=lambda one: one.decision.id, reverse=True)[:limit]

    def get(self, decision_id: str) -> Logged:
        """One, or NotFound."""
        return next(one for one in self.history(decision_id) if one.decision.id == decision_id)

    def history(self, decision_id: str) -> list[Logged]:
        """All of the same comment, or NotFound."""
        place = next((entry.place for entry in self.work.entries if entry.decision.id == decision_id), None)
        if place is None:
            raise NotFound
        return [self._logged(entry) for entry in self.work.entries if entry.place == place]

    def _logged(self, entry: Entry) -> Logged:
        later = next((other.decision.id for other in self.work.entries if other.decision.supersedes == entry.decision.id), None)
        reviewed = entry.decision.id in self.work.store.reviewed
        return Logged(entry.decision, entry.comment.kind, entry.comment.page, reviewed=reviewed, superseded_by=later)


def _matches(entry: Entry, wanted: LogFilter) -> bool:
    decision, judgement = entry.decision, entry.decision.judgement
    return (
        (wanted.since is None or decision.decided_at >= wanted.since)
        and (wanted.until is None or decision.decided_at < wanted.until)
        and wanted.action in (None, judgement.action)
        and (wanted.guideline is None or any(one.guideline == wanted.guideline for one in judgement.citations))
        and wanted.page in (None, entry.comment.page)
        and wanted.urgency in (None, judgement.urgency)
        and wanted.kind in (None, entry.comment.kind)
        and wanted.policy_version in (None, judgement.policy.version)
        and wanted.comment_id in (None, entry.place.comment_id)
    )


@dataclass
class MemoryKeys:
    """The keys, within one transaction."""

    work: MemoryWork

    def add(self, key: ApiKey, *, digest: bytes) -> None:
        """Keep it."""
        self.work.api_keys[digest] = key

    def by_digest(self, digest: bytes) -> ApiKey | None:
        """The key, if there is one."""
        return self.work.api_keys.get(digest)

    def all(self) -> list[ApiKey]:
        """Oldest first."""
        return sorted(self.work.api_keys.values(), key=lambda key: (key.created_at, key.id))

    def revoke(self, key_id: str, *, at: datetime) -> None:
        """End it, or NotFound."""
        self._change(key_id, revoked_at=at)

    def used(self, key_id: str, *, at: datetime) -> None:
        """Remember it."""
        self._change(key_id, last_used_at=at)

    def _change(self, key_id: str, **changes: datetime) -> None:
        digest = next((digest for digest, key in self.work.api_keys.items() if key.id == key_id), None)
        if digest is None:
            raise NotFound
        self.work.api_keys[digest] = replace(self.work.api_keys[digest], **changes)  # type: ignore[arg-type]


@cache
def frontline() -> Policy:
    """The default pack, read once. The safety floor is not tested again here."""
    pack = load_pack(Path(__file__).parents[1] / "rules")
    return Policy(pack=pack, catalogue=catalogue_of(pack, public_url="http://127.0.0.1:8000"))
