"""The tables. What a person wrote is in sealed columns only; migrations/ makes what is drawn here."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware time, kept in UTC. SQLite forgets time zones, so they are taken off and put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC; without its zone on SQLite."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _id(name: str, *more: Any, **options: Any) -> Column[str]:
    return Column(name, String(26), *more, **options)


comments = Table(
    "comments",
    metadata,
    Column("sender", String(64), primary_key=True),
    Column("comment_id", String(512), primary_key=True),
    Column("key_id", String(16), nullable=False),
    # Null once the comment was erased: nothing that was sealed with it can be read again.
    Column("data_key", LargeBinary, nullable=True),
)

decisions = Table(
    "decisions",
    metadata,
    _id("id", primary_key=True),
    Column("sender", String(64), nullable=False),
    Column("comment_id", String(512), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    _id("supersedes", ForeignKey("decisions.id"), nullable=True),
    Column("fingerprint", LargeBinary(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("page", Text, nullable=False),
    Column("action", String(16), nullable=False),
    Column("urgency", String(16), nullable=False),
    Column("held", Boolean, nullable=False),
    Column("policy_pack", Text, nullable=False),
    Column("policy_version", String(80), nullable=False),
    Column("model_name", Text, nullable=False),
    Column("model_version", Text, nullable=False),
    Column("decided_at", Moment, nullable=False, index=True),
    Column("payload", JSON, nullable=False),
    Column("sealed_comment", LargeBinary, nullable=False),
    Column("sealed_words", LargeBinary, nullable=False),
    ForeignKeyConstraint(["sender", "comment_id"], ["comments.sender", "comments.comment_id"]),
    # Of two processes that decide the same text at once, one is refused and answers what the other wrote.
    UniqueConstraint("sender", "comment_id", "version"),
    UniqueConstraint("supersedes"),
)

citations = Table(
    "citations",
    metadata,
    _id("decision_id", ForeignKey("decisions.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("guideline", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("because", Text, nullable=False),
    Index(None, "guideline", "decision_id"),
)

reviews = Table(
    "reviews",
    metadata,
    _id("decision_id", ForeignKey("decisions.id"), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("waiting_since", Moment, nullable=False),
    Index(None, "state", "waiting_since"),
)

api_keys = Table(
    "api_keys",
    metadata,
    _id("id", primary_key=True),
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("last_used_at", Moment, nullable=True),
    Column("revoked_at", Moment, nullable=True),
)
