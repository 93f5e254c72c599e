"""Nothing that a person wrote can be read in the database, moved within it, or read without the key."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text, update

from app.domain.decision import Action
from app.errors import Conflict, SettingsError
from app.ledger.seal import KEY_BYTES, KeySeal, SealBroken
from app.services.ports import LogFilter
from app.storage.tables import comments, decisions, metadata
from app.storage.unit_of_work import SqlStore
from tests.databases import KINDS, sql_store
from tests.integration.storage.test_store import add, entry_of

CANARIES = ("0491 570 156", "Robin Hale", "Wren Alder", "open day", "Dear author", "Dear moderator", "[phone number]", "survivor")


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    store = sql_store(request.param, tmp_path)
    yield store
    store.database.close()


def test_no_row_shows_what_was_written(store: SqlStore) -> None:
    add(store, entry_of())
    with store.database.reading() as connection:
        cells = [str(cell) for table in metadata.sorted_tables for row in connection.execute(select(table)) for cell in row]
        raw = [bytes(cell) for row in connection.execute(select(decisions)) for cell in row if isinstance(cell, bytes)]
    assert cells
    assert not [canary for canary in CANARIES if canary in " ".join(cells) or canary.encode() in b"".join(raw)]


def test_no_file_of_the_database_shows_what_was_written(tmp_path: Path) -> None:
    store = sql_store("sqlite", tmp_path)
    with store.write() as work:
        work.decisions.add_many([entry_of()])
        # What is not committed yet lies in the journal.
        files = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    files += b"".join(file.read_bytes() for file in tmp_path.iterdir())
    store.database.close()
    assert b"personal-information" in files
    assert not [canary for canary in CANARIES if canary.encode() in files]


def test_a_sealed_value_cannot_be_moved_to_another_row(store: SqlStore) -> None:
    first, second = entry_of("c1"), entry_of("c2")
    add(store, first, second)
    with store.database.writing() as connection:
        row = connection.execute(select(comments).where(comments.c.comment_id == "c1")).one()
        connection.execute(update(comments).where(comments.c.comment_id == "c2").values(data_key=row.data_key))
    with store.read() as work, pytest.raises(SealBroken):
        work.decisions.get(second.decision.id)


def test_a_sealed_value_cannot_be_moved_between_versions(store: SqlStore) -> None:
    first = entry_of("c1")
    second = entry_of("c1", text="b", after=first)
    add(store, first, second)
    with store.database.writing() as connection:
        value = connection.scalars(select(decisions.c.sealed_words).where(decisions.c.id == first.decision.id)).one()
        connection.execute(update(decisions).where(decisions.c.id == second.decision.id).values(sealed_words=value))
    with store.read() as work, pytest.raises(SealBroken):
        work.decisions.get(second.decision.id)


def test_a_comment_without_its_key_keeps_its_facts_and_loses_its_words(store: SqlStore) -> None:
    entry = entry_of()
    add(store, entry)
    with store.database.writing() as connection:
        connection.execute(update(comments).values(data_key=None))
    with store.read() as work:
        (logged,) = work.decisions.find(LogFilter(), before=None, limit=10)
        (standing,) = work.decisions.standing([entry.place]).values()
    assert logged.decision.judgement.action is Action.REMOVE
    assert (logged.decision.redacted_text, logged.decision.judgement.explanation.author) == ("", "")
    assert standing.fingerprint == entry.fingerprint


def test_another_key_is_noticed_at_start(store: SqlStore) -> None:
    store.check_key()
    add(store, entry_of())
    store.check_key()
    with pytest.raises(SettingsError, match="PORCHLIGHT_SEAL_KEY"):
        SqlStore(store.database, KeySeal(b"x" * KEY_BYTES)).check_key()


def test_rows_belong_together(store: SqlStore) -> None:
    entry = entry_of()
    add(store, entry)
    with pytest.raises(Conflict), store.database.writing() as connection:
        connection.execute(delete(comments))
    with pytest.raises(Conflict), store.database.writing() as connection:
        connection.execute(insert(comments), {"sender": "a", "comment_id": "c1", "key_id": "k", "data_key": b""})
    with store.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM citations")).scalar_one() == 2
