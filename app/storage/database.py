"""The connection to the database: SQLite kept safe, or PostgreSQL as it comes."""

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, OperationalError

from app.errors import Busy, Conflict, SettingsError

_log = logging.getLogger(__name__)
_BUSY_MS = 10_000
_RETRY_AFTER_S = 5
_WRITES = "porchlight_writes"
_BACKENDS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}


@dataclass(frozen=True, slots=True)
class Database:
    """An engine and what people should know of it. `journal_mode` is empty on PostgreSQL."""

    engine: Engine
    journal_mode: str

    @property
    def embedded(self) -> bool:
        """Whether this is SQLite, which the service looks after by itself."""
        return self.engine.dialect.name == "sqlite"

    @property
    def name(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state. Raises Busy when the database cannot be reached."""
        with _errors(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction, durable once the block has ended. Raises Conflict and Busy."""
        with _errors(), self.engine.connect() as connection:
            connection.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Connect lazily. Raises SettingsError when the URL is not one that can be used."""
    try:
        parsed = make_url(url)
        driver = _BACKENDS[parsed.get_backend_name()]
        parsed = parsed.set(drivername=driver)
        # The parameters of a statement may hold what somebody wrote, and errors travel to logs.
        engine = create_engine(parsed, hide_parameters=True, pool_pre_ping=driver != _BACKENDS["sqlite"])
    except (ArgumentError, NoSuchModuleError, KeyError, ValueError):
        raise SettingsError(
            "PORCHLIGHT_DATABASE_URL is not `sqlite:///PATH` or `postgresql+psycopg://USER:PASSWORD@HOST/NAME`. Mend it and start again."
        ) from None
    if parsed.get_backend_name() != "sqlite":
        return Database(engine=engine, journal_mode="")
    if parsed.database and parsed.database != ":memory:":
        _make_private(Path(parsed.database))
    mode = journal_mode(sqlite3.sqlite_version_info)
    _keep_safe(engine, mode)
    _log.info("database", extra={"sqlite": sqlite3.sqlite_version, "journal_mode": mode})
    return Database(engine=engine, journal_mode=mode)


def journal_mode(version: tuple[int, ...]) -> str:
    """The journal mode that is safe on this version of SQLite.

    From 3.7.0 to 3.51.2, bar 3.44.6 and 3.50.7, the write-ahead log can lose what was committed when several
    connections reset it at the same moment.
    """
    mended = version >= (3, 51, 3) or version[:3] in {(3, 44, 6), (3, 50, 7)}
    return "wal" if mended else "truncate"


def _make_private(file: Path) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))


def _keep_safe(engine: Engine, mode: str) -> None:
    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        # The driver would begin transactions by its own rules; `_begin` does it by ours.
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={_BUSY_MS}",
            f"journal_mode={mode}",
            # Also syncs the truncated journal, without which a power cut could undo the latest commit.
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that starts by reading and then writes may be refused; one that says so at once waits its turn.
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise Conflict from None
    except OperationalError as error:
        _log.warning("the database cannot be reached", extra={"error": type(error.orig).__name__})
        raise Busy("The database cannot be reached just now. Send it again after `Retry-After`.", retry_after=_RETRY_AFTER_S) from None
