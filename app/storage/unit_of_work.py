"""One transaction, with the nouns that can be read and written in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, text

from app.errors import SettingsError
from app.services.ports import Seal
from app.storage.comments import other_keys
from app.storage.database import Database
from app.storage.decisions import SqlDecisions
from app.storage.keys import SqlApiKeys


@dataclass(frozen=True, slots=True)
class SqlUnitOfWork:
    """What happens in one transaction."""

    connection: Connection
    seal: Seal

    @property
    def decisions(self) -> SqlDecisions:
        """The decisions."""
        return SqlDecisions(self.connection, self.seal)

    @property
    def keys(self) -> SqlApiKeys:
        """The API keys."""
        return SqlApiKeys(self.connection)


@dataclass(frozen=True, slots=True)
class SqlStore:
    """Everything that is kept, in one database. Safe for several threads."""

    database: Database
    seal: Seal

    @contextmanager
    def read(self) -> Iterator[SqlUnitOfWork]:
        """A unit of work that changes nothing. Raises Busy when the database cannot be reached."""
        with self.database.reading() as connection:
            yield SqlUnitOfWork(connection, self.seal)

    @contextmanager
    def write(self) -> Iterator[SqlUnitOfWork]:
        """A unit of work that is durable once the block has ended. Raises Conflict and Busy."""
        with self.database.writing() as connection:
            yield SqlUnitOfWork(connection, self.seal)

    def ping(self) -> None:
        """Raises Busy when the database cannot be reached."""
        with self.database.reading() as connection:
            connection.execute(text("SELECT 1"))

    def check_key(self) -> None:
        """Raises SettingsError when stored comments were sealed with another key than the one at hand."""
        with self.database.reading() as connection:
            others = other_keys(connection, self.seal.key_id)
        if others:
            raise SettingsError(
                f"The stored comments were sealed with the key {others[0]}, and this is the key {self.seal.key_id}. "
                "Put the first one back (PORCHLIGHT_SEAL_KEY, or `seal.key` in the data folder)."
            )
