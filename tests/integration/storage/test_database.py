"""How the database is opened, and how it is brought to this version's tables."""

import logging
import sqlite3
import stat
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from app.errors import Busy, SettingsError
from app.storage.database import journal_mode, open_database
from app.storage.migrate import check_schema, upgrade
from app.storage.tables import metadata
from tests.databases import KINDS, empty_database, sql_store
from tests.integration.storage.test_store import add, entry_of


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "truncate"),
        ((3, 44, 5), "truncate"),
        ((3, 44, 6), "wal"),
        ((3, 45, 0), "truncate"),
        ((3, 50, 6), "truncate"),
        ((3, 50, 7), "wal"),
        ((3, 51, 2), "truncate"),
        ((3, 51, 3), "wal"),
        ((3, 53, 0), "wal"),
    ],
)
def test_the_journal_mode_is_one_that_is_safe_on_the_build(version: tuple[int, ...], mode: str) -> None:
    assert journal_mode(version) == mode


def test_sqlite_is_opened_to_keep_what_it_took(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    database = open_database(f"sqlite:///{tmp_path / 'new' / 'p.db'}")
    with database.reading() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        }
    assert pragmas == {
        "journal_mode": journal_mode(sqlite3.sqlite_version_info),
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 10_000,
    }
    assert database.journal_mode in {vars(record).get("journal_mode") for record in caplog.records}
    assert stat.S_IMODE((tmp_path / "new" / "p.db").stat().st_mode) == 0o600
    database.close()


@pytest.mark.parametrize("url", ["", "sqlite", "mysql://x/y", "nonsense://", "postgresql+psycopg://h:port/x"])
def test_a_url_that_cannot_be_used_says_what_one_looks_like(url: str) -> None:
    with pytest.raises(SettingsError, match="PORCHLIGHT_DATABASE_URL"):
        open_database(url)


def test_a_database_that_is_not_there_is_busy_and_not_an_error_of_ours() -> None:
    database = open_database("postgresql+psycopg://nobody:secret@127.0.0.1:1/none")
    with pytest.raises(Busy) as raised, database.reading():
        pass
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("kind", KINDS)
def test_migrations_make_exactly_the_tables_that_are_drawn(kind: str, tmp_path: Path) -> None:
    database = empty_database(kind, tmp_path)
    with pytest.raises(SettingsError, match="porchlight migrate"):
        check_schema(database)
    upgrade(database)
    check_schema(database)
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()


@pytest.mark.parametrize("kind", KINDS)
def test_migrating_twice_changes_nothing(kind: str, tmp_path: Path) -> None:
    store = sql_store(kind, tmp_path)
    add(store, entry_of())
    upgrade(store.database)
    with store.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM decisions")).scalar_one() == 1
    store.database.close()


@pytest.mark.parametrize("kind", KINDS)
def test_writers_wait_for_each_other(kind: str, tmp_path: Path) -> None:
    store = sql_store(kind, tmp_path)
    failed: list[BaseException] = []

    def write(name: str) -> None:
        try:
            for number in range(5):
                add(store, entry_of(f"{name}:{number}"))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(str(number),)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.database.reading() as connection:
        assert (failed, connection.execute(text("SELECT count(*) FROM decisions")).scalar_one()) == ([], 20)
    store.database.close()
