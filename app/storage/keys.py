"""API keys: rows ↔ domain."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from app.domain.key import ApiKey, Scope
from app.errors import NotFound
from app.storage.tables import api_keys


@dataclass(frozen=True, slots=True)
class SqlApiKeys:
    """The keys, within one transaction."""

    connection: Connection

    def add(self, key: ApiKey, *, digest: bytes) -> None:
        """Keep a new key."""
        row = {
            "id": key.id,
            "digest": digest,
            "name": key.name,
            "scopes": sorted(key.scopes),
            "created_at": key.created_at,
            "last_used_at": key.last_used_at,
            "revoked_at": key.revoked_at,
        }
        self.connection.execute(insert(api_keys), row)

    def by_digest(self, digest: bytes) -> ApiKey | None:
        """The key with this digest, if there is one."""
        row = self.connection.execute(select(api_keys).where(api_keys.c.digest == digest)).one_or_none()
        return _key(row) if row else None

    def all(self) -> list[ApiKey]:
        """Every key, oldest first."""
        return [_key(row) for row in self.connection.execute(select(api_keys).order_by(api_keys.c.created_at, api_keys.c.id))]

    def revoke(self, key_id: str, *, at: datetime) -> None:
        """End a key. Raises NotFound."""
        ended = self.connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(revoked_at=at))
        if not ended.rowcount:
            raise NotFound("There is no key with this id. `porchlight keys list` shows them.")

    def used(self, key_id: str, *, at: datetime) -> None:
        """Remember when a key was last used."""
        self.connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(last_used_at=at))


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(
        id=row.id,
        name=row.name,
        scopes=frozenset(Scope(scope) for scope in row.scopes),
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
