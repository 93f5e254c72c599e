"""Review items: a row for each decision that a person must look at."""

from collections.abc import Sequence

from sqlalchemy import Connection, insert

from app.domain.decision import Decision
from app.storage.tables import reviews

WAITING = "waiting"
DECIDED = "decided"


def add_waiting(connection: Connection, decisions: Sequence[Decision]) -> None:
    """Put decisions in the queue."""
    if decisions:
        connection.execute(
            insert(reviews),
            [{"decision_id": one.id, "state": WAITING, "version": 1, "waiting_since": one.decided_at} for one in decisions],
        )
