"""Two processes on one database: the line keeps its promises across them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.comment import Comment
from app.services.ports import LogFilter
from app.services.triage import Line, Request, TriageLine
from app.storage.database import open_database
from app.storage.unit_of_work import SqlStore
from tests.databases import KINDS, SEAL, sql_store
from tests.fakes import FakeAnalyzer, frontline

WITHIN_S = 60


@pytest.fixture(params=KINDS)
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[SqlStore, SqlStore]]:
    """Two stores that share nothing but the database."""
    first = sql_store(request.param, tmp_path)
    second = SqlStore(open_database(first.database.engine.url.render_as_string(hide_password=False)), SEAL)
    yield first, second
    first.database.close()
    second.database.close()


def test_the_same_comments_sent_to_both_are_decided_once(stores: tuple[SqlStore, SqlStore]) -> None:
    lines = [
        TriageLine(Line(policy=frontline(), analyzer=FakeAnalyzer(), store=store, fingerprint=SEAL.fingerprint), batch_max=4)
        for store in stores
    ]
    requests = [Request(Comment(text=f"text {number}", id=f"c{number}", page="main"), sender="a") for number in range(24)]
    # Each in another order, so that they meet in the middle.
    answers = [lines[0].submit_many(requests), lines[1].submit_many(requests[::-1])[::-1]]
    for line in lines:
        line.start()
    first, second = ([answer.result(WITHIN_S) for answer in half] for half in answers)
    for line in lines:
        line.stop()
    assert first == second
    with stores[0].read() as work:
        assert len(work.decisions.find(LogFilter(), before=None, limit=100)) == len(requests)


def test_what_was_answered_is_there_after_a_restart(stores: tuple[SqlStore, SqlStore]) -> None:
    request = Request(Comment(text="ring 0491 570 156", id="c1", page="main"), sender="a")
    decisions = []
    for store in stores:
        line = TriageLine(Line(policy=frontline(), analyzer=FakeAnalyzer(), store=store, fingerprint=SEAL.fingerprint))
        line.start()
        decisions.append(line.submit(request).result(WITHIN_S))
        line.stop()
    assert decisions[0] == decisions[1]
