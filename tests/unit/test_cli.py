import json
import logging
import shutil
import socket
from io import BytesIO
from pathlib import Path

import pytest

from app.api.jsonl import answer_batch, read_batch
from app.api.schemas import TriageRequest
from app.cli import main
from app.domain.comment import Comment
from app.domain.decision import Decision
from app.errors import Busy, PorchlightError

RULES = Path(__file__).parents[2] / "rules"


class Run:
    """Runs the command as a shell would, and keeps what it printed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capfd = capfd

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        """The exit status, standard output and standard error."""
        self._monkeypatch.setattr("sys.argv", ["porchlight", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = self._capfd.readouterr()
        return int(ended.value.code or 0), out, err


@pytest.fixture
def porchlight(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    monkeypatch.setenv("PORCHLIGHT_DATA_DIR", str(tmp_path / "data"))
    # No reader: what is asked here does not depend on one.
    monkeypatch.setenv("PORCHLIGHT_MODELS_DIR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    return Run(monkeypatch, capfd)


@pytest.mark.parametrize("command", [[], ["policy"], ["keys"], *([*one, "--help"] for one in (["serve"], ["triage"], ["keys", "create"]))])
def test_help_is_never_further_than_a_word(porchlight: Run, command: list[str]) -> None:
    _, out, err = porchlight(*command)
    assert "Usage: porchlight" in out + err


def test_a_key_is_the_last_line_and_is_never_shown_again(porchlight: Run) -> None:
    status, out, _ = porchlight("keys", "create", "--name", "our website", "--scopes", "triage, audit")
    secret = out.splitlines()[-1]
    assert status == 0
    assert len(secret) > 40
    _, listed, _ = porchlight("keys", "list")
    assert "our website" in listed
    assert "audit, triage" in listed
    assert secret not in listed


@pytest.mark.parametrize("scopes", [["triage,audit"], ["triage", "audit"], ["triage, audit", "audit"]])
def test_no_scope_is_lost_however_scopes_are_given(porchlight: Run, scopes: list[str]) -> None:
    options = [part for scope in scopes for part in ("--scopes", scope)]
    assert porchlight("keys", "create", "--name", "a", *options)[0] == 0
    assert "audit, triage" in porchlight("keys", "list")[1]


def test_a_key_can_be_ended(porchlight: Run) -> None:
    _, _, made = porchlight("keys", "create", "--name", "old", "--scopes", "triage")
    key_id = made.split("Made the key ")[1].split(".")[0]
    assert porchlight("keys", "revoke", key_id)[0] == 0
    row = next(line for line in porchlight("keys", "list")[1].splitlines() if key_id in line)
    assert row.split("│")[-2].strip()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["keys", "create", "--name", "a", "--scopes", "triage,fame"], "Choose from: triage, intake, review, audit, admin"),
        (["keys", "create", "--name", "a", "--scopes", "triage", "--scopes", "fame"], "Choose from: triage, intake, review, audit, admin"),
        (["keys", "create", "--name", " ", "--scopes", "triage"], "needs a name"),
        (["keys", "revoke", "nothing"], "keys list"),
        (["triage", "/nowhere/in.jsonl"], "/nowhere/in.jsonl: no such file or directory"),
        (["triage", "hello", "--page", "nowhere"], "is not a page of this policy"),
        (["triage", ""], "text: "),
    ],
)
def test_a_mistake_is_said_in_a_line_or_two(porchlight: Run, arguments: list[str], says: str) -> None:
    status, out, err = porchlight(*arguments)
    assert status == 1
    assert out == ""
    assert says in err
    assert "Traceback" not in err
    assert len(err.splitlines()) <= 2


def test_a_mistyped_setting_is_named(porchlight: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORCHLIGHT_PROT", "1")
    status, _, err = porchlight("keys", "list")
    assert status == 1
    assert "PORCHLIGHT_PROT is not a setting" in err


def test_a_port_that_is_taken_is_named(porchlight: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setenv("PORCHLIGHT_PORT", str(other.getsockname()[1]))
        status, _, err = porchlight("serve")
    assert status == 1
    assert "PORCHLIGHT_PORT" in err


def test_a_broken_pack_is_refused_with_file_and_line(porchlight: Run, tmp_path: Path) -> None:
    pack = tmp_path / "rules"
    shutil.copytree(RULES, pack)
    (pack / "guidelines" / "spam.yaml").write_text("id: spam\ntitel: No spam\n", encoding="utf-8")
    status, out, _ = porchlight("policy", "check", str(pack))
    assert status == 1
    assert "error guidelines/spam.yaml:2: titel" in out


def test_a_text_is_answered_as_the_contract_says(porchlight: Run) -> None:
    status, out, _ = porchlight("triage", "Ring him on 0491 570 156", "--json")
    answer = json.loads(out)
    assert status == 0
    assert [(one["kind"], one["start"], one["end"]) for one in answer["findings"]] == [("phone_number", 12, 24)]
    assert answer["redacted_text"] == "Ring him on [phone number]"


def test_a_text_is_answered_in_words_and_never_read_as_markup(porchlight: Run) -> None:
    _, out, _ = porchlight("triage", "[bold]Ring him[/] on 0491 570 156 \udcff")
    assert "[bold]Ring him[/] on 0491 570 156" in out
    assert "To the moderator" in out


def test_a_file_is_answered_line_by_line_and_nothing_is_kept(porchlight: Run, tmp_path: Path) -> None:
    requests = [{"text": f"number {number}", "id": str(number)} for number in range(70)]
    requests[40] = {"txt": "wrong"}
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(one) + "\n" for one in requests), encoding="utf-8")
    status, _, err = porchlight("triage", str(tmp_path / "in.jsonl"), "--out", str(tmp_path / "out.jsonl"))
    answers = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert status == 0
    assert [one.get("comment_id") for one in answers] == [one.get("id") for one in requests]
    assert answers[40]["status"] == 422
    assert "70 texts" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


def _comment_of(request: TriageRequest) -> Comment:
    return request.comment(pages=("main",), default_page="main", max_text_bytes=20)


def _busy(comments: object) -> list[Decision | PorchlightError]:
    assert isinstance(comments, list)
    return [Busy() for _ in comments]


def test_an_evaluation_counts_and_never_repeats_a_text(porchlight: Run, tmp_path: Path) -> None:
    cases = [
        {"id": "phone", "category": "details", "text": "ring him on 0491 570 156 canary", "expect": {"action": "remove"}},
        {"id": "thanks", "category": "kind", "text": "Thank you all", "expect": {"action": ["keep"]}},
        {"id": "wrong", "category": "kind", "text": "Thank you all again canary", "expect": {"action": ["remove"]}},
    ]
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(map(json.dumps, cases)), encoding="utf-8")
    status, out, err = porchlight("evaluate", str(file), "--show")
    assert status == 0
    assert "66.7%" in out
    assert out.splitlines()[-1] == "wrong"
    assert "canary" not in out + err


def test_a_case_that_does_not_fit_is_named(porchlight: Run, tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text('{"id": "1", "text": "canary"}', encoding="utf-8")
    status, _, err = porchlight("evaluate", str(file))
    assert status == 1
    assert "Line 1: expect" in err
    assert "canary" not in err


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b'{"text": "a"}', 503),
        (b'{"text": "a", "page_goal": "voice"}', 503),
        (b'{"text": "\\ud83d"}', 503),
        (b'{"text": "\\u0000"}', 503),
        (b'{"text": ""}', 422),
        (b'{"text": "a", "page": "nowhere"}', 422),
        (b'{"text": "a", "mentions": [{"name": "b", "start": 0, "end": 9}]}', 422),
        (b'{"text": "aaaaaaaaaaaaaaaaaaaaa"}', 413),
        (b"", 422),
        (b"null", 422),
        (b"[" * 10_000, 422),
        (b"\xff\xfe", 422),
        (None, 413),
    ],
)
def test_each_line_gets_one_line(line: bytes | None, status: int) -> None:
    (answer,) = answer_batch([line], comment_of=_comment_of, trial=_busy)
    assert "\n" not in answer
    assert json.loads(answer)["status"] == status


@pytest.mark.parametrize(
    ("content", "batches"),
    [
        (b"", [[]]),
        (b"a\nb\nc", [[b"a\n", b"b\n"], [b"c"], []]),
        (b"a\n\n", [[b"a\n", b"\n"], []]),
        (b"12345678\nb\n", [[b"12345678\n", b"b\n"], []]),
        (b"123456789\nb\n", [[None, b"b\n"], []]),
        (b"1234567890123456789012345678901234567890\nb\n", [[None, b"b\n"], []]),
        (b"12345678901234567", [[None], []]),
    ],
)
def test_lines_are_read_a_few_at_a_time_and_long_ones_are_left_out(content: bytes, batches: list[list[bytes | None]]) -> None:
    lines = BytesIO(content)
    assert [read_batch(lines, most=2, max_bytes=8) for _ in batches] == batches
