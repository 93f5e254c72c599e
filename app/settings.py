"""Settings: environment variables that begin with `PORCHLIGHT_`. Only the composition roots read them."""

import base64
import binascii
import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import SettingsError
from app.services.triage import LARGEST_BATCH

PREFIX = "PORCHLIGHT_"
# The tests' own variables share the prefix and are none of the service's.
_TEST_PREFIX = f"{PREFIX}TEST_"
_ROOT = Path(__file__).parents[1]
_SEAL_KEY_BYTES = 32


class Settings(BaseSettings):
    """Everything that can be set. The descriptions are the documentation: docs/settings.md is made of them."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True)

    host: str = Field("127.0.0.1", description="The address to listen on. `0.0.0.0` listens on all; put TLS in front then.")
    port: int = Field(8000, ge=1, le=65535, description="The port to listen on.")
    public_url: str = Field(
        "http://127.0.0.1:8000",
        pattern=r"^https?://[^\s/]+(/[^\s]*)?$",
        description="Where people reach this service, since explanations link to its guidelines.",
    )
    data_dir: Path = Field(_ROOT / ".data", description="The folder for the embedded database and the key that seals it.")
    database_url: str = Field(
        "",
        description="Where the database is: `sqlite:///PATH` or `postgresql+psycopg://USER:PASSWORD@HOST/NAME`. "
        "Left out, it is an SQLite file in the data folder.",
    )
    rules_dir: Path = Field(_ROOT / "rules", description="The folder that holds the policy pack.")
    models_dir: Path = Field(_ROOT / "models", description="The folder that holds the trained reader, in `encoder`.")
    seal_key: SecretStr | None = Field(
        None,
        description="The key that seals what people wrote: 32 random bytes in base64 (`openssl rand -base64 32`). Left out, it is "
        "the file `seal.key` in the data folder, made at the first start. Without it stored texts cannot be read: keep a copy elsewhere.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="What is logged. No level logs what people wrote.")
    threads: int = Field(1, ge=1, le=64, description="How many threads the trained reader uses for one text.")
    max_text_bytes: int = Field(20_480, ge=1, le=1_048_576, description="The longest text that is read, in bytes of UTF-8.")
    batch_max: int = Field(32, ge=1, le=512, description="The most texts that are read and stored together.")
    batch_wait_ms: float = Field(
        0, ge=0, le=1000, description="How long to wait for more texts, in milliseconds, before what has arrived is read."
    )
    queue_max: int = Field(
        512, ge=LARGEST_BATCH, le=100_000, description="The most texts that may wait. Beyond that the answer is 503 with `Retry-After`."
    )
    try_page: bool = Field(
        True, description="Whether anybody may try a text at `/`. `off` leaves a page there that leads to the guidelines and to `/docs`."
    )
    trials_max: int = Field(8, ge=1, le=1000, description="The most texts from the try-it page that may wait at once.")

    @field_validator("seal_key")
    @classmethod
    def _a_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _decoded(value)
        return value

    @property
    def database(self) -> str:
        """The database's URL, the embedded one where none is set."""
        return self.database_url or f"sqlite:///{self.data_dir / 'porchlight.db'}"

    @property
    def seal_key_bytes(self) -> bytes | None:
        """The key that seals, where it is set."""
        return None if self.seal_key is None else _decoded(self.seal_key)

    @property
    def seal_key_file(self) -> Path:
        """Where the key that seals is kept when it is not set."""
        return self.data_dir / "seal.key"


def _decoded(value: SecretStr) -> bytes:
    try:
        key = base64.b64decode(value.get_secret_value(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != _SEAL_KEY_BYTES:
        raise ValueError("must be 32 bytes in base64; make one with `openssl rand -base64 32`")
    return key


def load_settings() -> Settings:
    """The settings of the environment. Raises SettingsError, which names each variable and what to do.

    A variable with the prefix that is no setting is an error as well: a mistyped name would be ignored in silence.
    """
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    problems = [
        f"{name} is not a setting; docs/settings.md lists them"
        for name in sorted(os.environ)
        if name.upper().startswith(PREFIX) and not name.upper().startswith(_TEST_PREFIX) and name.upper() not in known
    ]
    try:
        settings = Settings()
    except ValidationError as error:
        problems += [
            f"{PREFIX}{'_'.join(str(part) for part in one['loc']).upper()}: {one['msg'].removeprefix('Value error, ')}"
            for one in error.errors(include_url=False, include_input=False, include_context=False)
        ]
    if problems:
        raise SettingsError("; ".join(problems) + ".")
    return settings


def describe() -> str:
    """docs/settings.md: every variable, what it means, and what it is when left out."""
    lines = [
        "# Settings",
        "",
        f"Settings are environment variables that begin with `{PREFIX}`. None has to be set. A variable with the prefix that is",
        "not in this table is an error, so that a typing error does not go unnoticed.",
        "",
        "| variable | when left out | meaning |",
        "| --- | --- | --- |",
    ]
    for name, field in Settings.model_fields.items():
        lines.append(f"| `{PREFIX}{name.upper()}` | {_in_a_table(field.default)} | {field.description} |")
    lines += ["", "The folders in the table lie beside the program."]
    return "\n".join(lines) + "\n"


def _in_a_table(default: object) -> str:
    match default:
        case None | "":
            return ""
        case bool():
            return "`on`" if default else "`off`"
        case Path():
            return f"`{default.relative_to(_ROOT)}`"
        case _:
            return f"`{default}`"
