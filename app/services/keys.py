"""API keys: made, listed, ended, and recognised. A secret is shown once and kept nowhere."""

import hashlib
import secrets
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from ulid import ULID

from app.domain.key import ApiKey, Scope
from app.errors import InvalidRequest, Unauthorised
from app.services.ports import Store

_PREFIX = "porchlight_"
_SECRET_BYTES = 32
# A revoked key works at most this long on other replicas.
_REMEMBERED = timedelta(seconds=15)
# "Last used" is for people who tidy up; a write with every request would cost more than it tells.
_USE_NOTED = timedelta(minutes=1)
_MOST_REMEMBERED = 1024


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that has just been made, with the secret that is shown this once."""

    key: ApiKey
    secret: str


@dataclass(slots=True)
class _Seen:
    key: ApiKey
    read_at: datetime
    noted_at: datetime | None


def digest_of(secret: str) -> bytes:
    """SHA-256 of a secret.

    A slow hash protects passwords, which can be guessed. A secret of 256 random bits cannot, so a fast one is enough.
    """
    return hashlib.sha256(secret.encode("utf-8", errors="surrogatepass")).digest()


@dataclass(slots=True)
class Keys:
    """The keys of a store. Safe for several threads."""

    store: Store
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    _seen: dict[bytes, _Seen] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def create(self, *, name: str, scopes: Collection[Scope]) -> NewKey:
        """A new key. Raises InvalidRequest without a name or a scope."""
        if not name.strip() or not scopes:
            raise InvalidRequest("A key needs a name and at least one scope.")
        secret = _PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
        key = ApiKey(id=str(ULID()), name=name.strip(), scopes=frozenset(scopes), created_at=self.clock())
        with self.store.write() as work:
            work.keys.add(key, digest=digest_of(secret))
        return NewKey(key=key, secret=secret)

    def all(self) -> list[ApiKey]:
        """Every key, oldest first, the revoked ones too."""
        with self.store.read() as work:
            return work.keys.all()

    def revoke(self, key_id: str) -> None:
        """End a key, here at once and everywhere within seconds. Raises NotFound."""
        with self.store.write() as work:
            work.keys.revoke(key_id, at=self.clock())
        with self._lock:
            self._seen.clear()

    def remembered(self, secret: str) -> ApiKey | None:
        """The key of a secret that was recognised a moment ago; None when the store has to be asked. Never waits."""
        seen = self._seen.get(digest_of(secret))
        now = self.clock()
        if seen is None or now - seen.read_at > _REMEMBERED:
            return None
        return seen.key

    def authenticate(self, secret: str) -> ApiKey:
        """The key of this secret. Raises Unauthorised when it is not known or has been revoked."""
        digest = digest_of(secret)
        now = self.clock()
        with self.store.read() as work:
            key = work.keys.by_digest(digest)
        if key is None or key.revoked_at is not None:
            raise Unauthorised
        with self._lock:
            noted_at = self._seen[digest].noted_at if digest in self._seen else key.last_used_at
            due = noted_at is None or now - noted_at > _USE_NOTED
            if len(self._seen) >= _MOST_REMEMBERED:
                self._seen.clear()
            self._seen[digest] = _Seen(key=key, read_at=now, noted_at=now if due else noted_at)
        if due:
            with self.store.write() as work:
                work.keys.used(key.id, at=now)
        return key
