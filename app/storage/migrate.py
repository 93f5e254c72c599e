"""Brings a database to the tables that this version needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.errors import SettingsError
from app.storage.database import Database

_MIGRATIONS = Path(__file__).parents[2] / "migrations"


def upgrade(database: Database) -> None:
    """Run the migrations that are missing. Nothing happens when there are none."""
    with database.writing() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def check_schema(database: Database) -> None:
    """Raises SettingsError when migrations are missing."""
    with database.reading() as connection:
        there = MigrationContext.configure(connection).get_current_revision()
    if there != ScriptDirectory.from_config(_config()).get_current_head():
        raise SettingsError("The database is not at this version's tables. Run `porchlight migrate`, then start again.")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config
