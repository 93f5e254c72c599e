"""The log: a JSON object a line on standard error. It never holds what somebody wrote.

An error is told by its type and by where it happened. Its message is left out, since a library may have put the
text that it worked on into it.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import TextIO

_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_OURS = "app"


class JsonLines(logging.Formatter):
    """A record as one line of JSON. Only our own records bring fields and arguments."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.msg if isinstance(record.msg, str) else type(record.msg).__name__,
        }
        if record.name.partition(".")[0] == _OURS:
            line |= {name: value for name, value in vars(record).items() if name not in _FIELDS}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["trace"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(record.exc_info[2])]
        return json.dumps(line, default=str)


def configure(level: str, *, stream: TextIO | None = None) -> None:
    """Send everything from this level on to standard error, or to another stream."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # These tell of each statement and each request by themselves.
    for name in ("uvicorn.access", "sqlalchemy.engine", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
