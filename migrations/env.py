"""Runs migrations on the connection that the service hands over, or on the one that the settings name."""

from alembic import context
from sqlalchemy import Connection

from app.settings import load_settings
from app.storage.database import open_database
from app.storage.tables import metadata


def _run(connection: Connection) -> None:
    # SQLite changes a table by copying it, which Alembic does in a batch.
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=connection.dialect.name == "sqlite")
    with context.begin_transaction():
        context.run_migrations()


handed_over: Connection | None = context.config.attributes.get("connection")
if handed_over is not None:
    _run(handed_over)
else:
    database = open_database(load_settings().database)
    with database.writing() as own:
        _run(own)
    database.close()
