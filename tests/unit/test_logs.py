import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from app import logs


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("INFO", stream=stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def _lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_record_is_a_line_of_json_with_its_fields(written: io.StringIO) -> None:
    logging.getLogger("app.somewhere").info("a thing happened", extra={"size": 3})
    (line,) = _lines(written)
    assert line.pop("time")
    assert line == {"level": "info", "logger": "app.somewhere", "message": "a thing happened", "size": 3}


def test_an_error_is_told_by_type_and_place_and_never_by_its_message(written: io.StringIO) -> None:
    try:
        raise ValueError("what somebody wrote")
    except ValueError:
        logging.getLogger("app.somewhere").exception("it failed")
    (line,) = _lines(written)
    assert line["error"] == "ValueError"
    assert "test_logs.py" in line["trace"][-1]
    assert "somebody" not in written.getvalue()


def test_a_library_logs_its_message_without_what_it_puts_into_it(written: io.StringIO) -> None:
    logging.getLogger("library").warning("cannot read %s", "what somebody wrote", extra={"text": "what somebody wrote"})
    assert [line["message"] for line in _lines(written)] == ["cannot read %s"]
    assert "somebody" not in written.getvalue()


def test_a_level_keeps_out_what_is_below_it(written: io.StringIO) -> None:
    logging.getLogger("app.somewhere").debug("a detail")
    assert written.getvalue() == ""
