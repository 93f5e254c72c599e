"""Databases to test on: SQLite always, PostgreSQL where PORCHLIGHT_TEST_POSTGRES_URL says where one is."""

import os
from pathlib import Path

import pytest
from sqlalchemy import text

from app.ledger.seal import KEY_BYTES, KeySeal
from app.storage.database import Database, open_database
from app.storage.migrate import upgrade
from app.storage.unit_of_work import SqlStore

KINDS = ("sqlite", "postgresql")
SEAL = KeySeal(b"k" * KEY_BYTES)


def empty_database(kind: str, folder: Path) -> Database:
    """A database without a table. Skips the test where there is no PostgreSQL."""
    if kind == "sqlite":
        return open_database(f"sqlite:///{folder / 'test.db'}")
    url = os.environ.get("PORCHLIGHT_TEST_POSTGRES_URL")
    if not url:
        pytest.skip("no PostgreSQL: set PORCHLIGHT_TEST_POSTGRES_URL")
    database = open_database(url)
    with database.writing() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    return database


def sql_store(kind: str, folder: Path) -> SqlStore:
    """A store with all its tables and nothing in them."""
    database = empty_database(kind, folder)
    upgrade(database)
    return SqlStore(database, SEAL)
