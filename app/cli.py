"""The `porchlight` command: the other composition root, beside the web application.

What a program should read goes to standard output; everything else goes to standard error.
"""

import os
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
import uvicorn
from pydantic import ValidationError
from rich.console import Console, Group
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.rule import Rule
from rich.table import Column, Table
from rich.text import Text

from app import logs
from app.api.jsonl import answer_batch, line_of, read_batch
from app.api.problems import invalid_item
from app.api.schemas import TriageRequest
from app.domain.analysis import Label
from app.domain.comment import Comment, Goal, Kind
from app.domain.decision import Action, Decision
from app.domain.key import Scope
from app.errors import InvalidRequest, PolicyError, PorchlightError, SettingsError
from app.ledger.seal import KeySeal, keep_key
from app.policy.assemble import load_policy
from app.policy.check import check_pack
from app.policy.engine import Policy, decide
from app.policy.loader import load_pack
from app.policy.pack import Pack
from app.services.cases import read_cases
from app.services.evaluation import Evaluation, evaluate
from app.services.keys import Keys
from app.services.ports import Analyzer, UnitOfWork
from app.services.triage import Line, Request, TriageLine
from app.settings import Settings, load_settings
from app.storage.database import Database, open_database
from app.storage.migrate import check_schema, upgrade
from app.storage.unit_of_work import SqlStore

cli = typer.Typer(
    help="Porchlight reads comments for the people who look after a service's pages, and says what to do with them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
policy_cli = typer.Typer(help="Check the policy in rules/.", no_args_is_help=True)
keys_cli = typer.Typer(help="Make, list and end the keys that programs use.", no_args_is_help=True)
cli.add_typer(policy_cli, name="policy")
cli.add_typer(keys_cli, name="keys")

# Room for the longest text with every character escaped, and for a parent and names beside it.
_LINE_BYTES = 1_000_000
_COLOURS = {Action.KEEP: "green", Action.RESPOND: "yellow", Action.REMOVE: "red"}


def main() -> None:
    """Run the command. What went wrong is said in a line that names the next step, and the exit status is 1."""
    # What goes wrong inside is logged as the service logs it: without what somebody wrote.
    logs.configure("WARNING")
    try:
        cli(prog_name="porchlight")
    except PorchlightError as error:
        _say(f"porchlight: {error.detail}", *(f"  {one.pointer}: {one.detail}" for one in error.errors))
        sys.exit(1)
    except OSError as error:
        _say(f"porchlight: {error.filename or 'reading or writing'}: {_reason(error)}.")
        sys.exit(1)


def _say(*lines: str) -> None:
    print(*lines, sep="\n", file=sys.stderr, flush=True)


@cli.command()
def serve() -> None:
    """Start the service. Settings are environment variables; docs/settings.md lists them."""
    settings = load_settings()
    config = uvicorn.Config(
        "app.main:app_from_environment",
        factory=True,
        loop="auto" if sys.platform == "win32" else "uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
    )
    listener = _listen(settings)
    server = _Server(config, url=f"http://{_host_in_url(settings.host)}:{settings.port}/")
    # It has stopped in good order by the time that it passes Ctrl-C on.
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    if not server.started:
        sys.exit(1)


class _Server(uvicorn.Server):
    """Says where the page is once it can be opened."""

    def __init__(self, config: uvicorn.Config, *, url: str) -> None:
        super().__init__(config)
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets=sockets)
        if self.started:
            _say(f"Porchlight is ready. Open {self._url} in a browser. Ctrl-C stops it.")


def _listen(settings: Settings) -> socket.socket:
    """The socket to listen on. Raises SettingsError when the address cannot be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise SettingsError(
            f"Cannot listen on {settings.host}, port {settings.port}: {_reason(error)}. "
            "Another Porchlight may be running there. Stop it, or set PORCHLIGHT_PORT to another port."
        ) from error


def _reason(error: OSError) -> str:
    return os.strerror(error.errno or 0).lower()


def _host_in_url(host: str) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104, compared and not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


@cli.command()
def triage(
    what: Annotated[
        str,
        typer.Argument(
            metavar="TEXT|FILE.jsonl|-",
            help="A text. Or a file with a request a line, as POST /v1/triage takes them. Or - to read such lines from standard input.",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(metavar="OUT.jsonl", help="Where the answers to a file go, a line each in the same order; else standard output."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer a text as POST /v1/triage would.")] = False,
    kind: Annotated[Kind, typer.Option(help="What sort of text it is.")] = Kind.COMMENT,
    page: Annotated[str, typer.Option(help="The page of the policy that it was left on; else the default page.")] = "",
    goal: Annotated[Goal | None, typer.Option(help="Judge as if the page had this goal.")] = None,
) -> None:
    """Say what would be done with a text, or with each text of a file. Nothing is stored."""
    settings = load_settings()
    if out is not None or what == "-" or what.endswith(".jsonl"):
        _triage_lines(settings, what, out)
        return
    with _trial(settings) as trial:
        comment = trial.comment(_request(what, kind, page, goal))
        (answer,) = trial.answers([comment])
    if isinstance(answer, PorchlightError):
        raise answer
    if as_json:
        print(line_of(answer))
    else:
        Console().print(_in_words(comment, answer))


def _request(text: str, kind: Kind, page: str, goal: Goal | None) -> TriageRequest:
    # A terminal may pass bytes that are no characters.
    whole = text.encode(errors="surrogateescape").decode(errors="replace")
    try:
        return TriageRequest(text=whole, kind=kind, page=page or None, page_goal=goal, record=False)
    except ValidationError as error:
        raise invalid_item(error) from None


def _in_words(comment: Comment, decision: Decision) -> Group:
    """The decision for a person at a terminal. Texts are never read as markup."""
    judgement = decision.judgement
    marked = Text(comment.text)
    for finding in decision.analysis.findings:
        marked.stylize("reverse", finding.start, finding.end)
    action = Text.assemble((judgement.action.value.upper(), f"bold {_COLOURS[judgement.action]}"), f"   urgency: {judgement.urgency.value}")
    parts: list[Text | Rule | Padding] = [action, Padding(marked, (1, 2))]
    for finding in decision.analysis.findings:
        kind = finding.kind.value.replace("_", " ")
        parts.append(Text(f"Found: {kind} at {finding.start} to {finding.end}, about: {finding.about.value}"))
    parts += [Text(f"Because: {citation.title} ({citation.guideline}): {citation.because}") for citation in judgement.citations]
    parts += [Text(f"A person looks first: {reason}") for reason in judgement.review.reasons]
    if judgement.held:
        parts.append(Text("It stays hidden until then."))
    if judgement.explanation.author:
        parts += [Rule("To the author", style="dim"), Text(judgement.explanation.author)]
    parts += [Rule("To the moderator", style="dim"), Text(judgement.explanation.moderator)]
    return Group(*parts)


def _triage_lines(settings: Settings, source: str, out: Path | None) -> None:
    """Answer each line of `source` with a line: a decision, or a problem where there can be none."""
    with _opened(source) as lines, _trial(settings) as trial, _written(out) as answers, _progress(source, lines) as advance:
        while batch := read_batch(lines, most=settings.batch_max, max_bytes=_LINE_BYTES):
            for answer in answer_batch(batch, comment_of=trial.comment, trial=trial.answers):
                answers.write(f"{answer}\n".encode())
            advance(len(batch))


@contextmanager
def _opened(source: str) -> Iterator[BinaryIO]:
    if source == "-":
        yield sys.stdin.buffer
        return
    with Path(source).open("rb") as file:
        yield file


@contextmanager
def _written(out: Path | None) -> Iterator[BinaryIO]:
    """Where answers go. A file is put in place once it is whole, and only its owner may read it."""
    if out is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    part = out.with_name(f"{out.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            yield file
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _progress(source: str, lines: BinaryIO) -> Iterator[Callable[[int], None]]:
    """A bar on standard error by bytes of the file; what comes through a pipe is only counted."""
    piped = source == "-"
    columns = (TextColumn("{task.fields[texts]} texts"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=None if piped else Path(source).stat().st_size, texts=0)
        done = 0

        def advance(texts: int) -> None:
            nonlocal done
            done += texts
            progress.update(task, completed=done if piped else lines.tell(), texts=done)

        yield advance


@dataclass(frozen=True, slots=True)
class _Trial:
    """The line, for texts of which nothing is kept."""

    line: TriageLine
    pages: Sequence[str]
    default_page: str
    max_text_bytes: int

    def comment(self, request: TriageRequest) -> Comment:
        """The comment. Raises PorchlightError when the request does not fit the policy."""
        return request.comment(pages=self.pages, default_page=self.default_page, max_text_bytes=self.max_text_bytes)

    def answers(self, comments: Sequence[Comment]) -> list[Decision | PorchlightError]:
        """An answer each, in order, or the error that stands for it."""
        return [_outcome(one) for one in self.line.submit_many([Request(comment, record=False) for comment in comments])]


def _outcome(answer: Future[Decision]) -> Decision | PorchlightError:
    try:
        return answer.result()
    except PorchlightError as error:
        return error


@contextmanager
def _trial(settings: Settings) -> Iterator[_Trial]:
    policy, analyzer = _reading(settings)
    line = TriageLine(
        Line(policy=policy, analyzer=analyzer, store=_NothingKept(), fingerprint=lambda *_: b""),
        batch_max=settings.batch_max,
        queue_max=settings.queue_max,
    )
    line.start()
    try:
        pack = policy.pack.settings
        yield _Trial(line, pages=tuple(pack.pages), default_page=pack.default_page, max_text_bytes=settings.max_text_bytes)
    finally:
        line.stop()


def _reading(settings: Settings) -> tuple[Policy, Analyzer]:
    """The policy that the service uses, and the analyser of its pack."""
    build, likely = _detection(settings)
    policy = load_policy(settings.rules_dir, public_url=settings.public_url, likely=likely)
    return policy, build(policy.pack)


def _detection(settings: Settings) -> tuple[Callable[[Pack], Analyzer], Mapping[Label, float]]:
    """How to build the analyser of a pack, and the thresholds that go with its reader."""
    # These take seconds to import, which the other commands need not wait for.
    from app.detection.analyzer import build_analyzer
    from app.detection.encoder import likely_thresholds, load_encoder

    encoder = load_encoder(settings.models_dir / "encoder", threads=settings.threads)
    return partial(build_analyzer, reader=encoder), likely_thresholds(encoder)


class _NothingKept:
    """Stands where the line expects a store. A trial keeps nothing, so nothing may be asked of it."""

    def ping(self) -> None:
        """Never asked."""
        raise AssertionError("a trial has no store")

    def read(self) -> AbstractContextManager[UnitOfWork]:
        """Never asked."""
        raise AssertionError("a trial reads nothing")

    def write(self) -> AbstractContextManager[UnitOfWork]:
        """Never asked."""
        raise AssertionError("a trial writes nothing")


@policy_cli.command("check")
def check_policy(
    folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", help="The pack's folder; else the one that the service uses.")] = None,
) -> None:
    """Check a policy pack and run its examples. The exit status is 1 when it must not be used."""
    settings = load_settings()
    root = folder or settings.rules_dir
    build, likely = _detection(settings)
    analyzer: Analyzer | None
    try:
        analyzer = build(load_pack(root))
    except PolicyError:
        analyzer = None  # the report says why
    report = check_pack(root, analyzer=analyzer, public_url=settings.public_url, likely=likely)
    console = Console()
    for name, style, problems in (
        ("warning", "yellow", report.warnings),
        ("known miss", "yellow", report.misses),
        ("failed", "bold red", report.failures),
        ("error", "bold red", report.errors),
    ):
        for problem in problems:
            console.print(Text.assemble((name, style), f" {problem}"), soft_wrap=True)
    skipped = f", {report.skipped} were skipped, since they need the trained reader" if report.skipped else ""
    console.print(Text(f"{report.passed} of {report.run} examples passed{skipped}."))
    console.print(Text(f"Errors: {len(report.errors)}. Warnings: {len(report.warnings)}."))
    if not report.ok:
        raise typer.Exit(1)


@cli.command("evaluate")
def evaluate_cases(
    file: Annotated[Path, typer.Argument(metavar="FILE.jsonl", help="Judged cases, one a line; docs/evaluation.md shows their form.")],
    show: Annotated[bool, typer.Option("--show", help="Also list the ids of the cases that went wrong.")] = False,
) -> None:
    """Measure your pack against cases that you judged: actions, reasons, survivors silenced, dangers missed, findings."""
    settings = load_settings()
    with file.open(encoding="utf-8") as lines:
        cases = list(read_cases(lines))
    policy, analyzer = _reading(settings)
    now = datetime.now(UTC)
    with Progress(TextColumn("{task.completed} of {task.total} cases"), BarColumn(), console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=len(cases))
        evaluation = evaluate(
            cases,
            analyzer=analyzer,
            judge=lambda comment, analysis: decide(policy, comment, analysis, now=now, patterns_only=analyzer.patterns_only),
            progress=lambda done: progress.advance(task, done),
        )
    Console().print(_measured(evaluation))
    if show:
        print(*(outcome.case.id for outcome in evaluation.outcomes if not outcome.right), sep="\n")


def _measured(evaluation: Evaluation) -> Group:
    """The figures: all cases, each category, and findings by kind."""
    table = Table(
        Column("category"),
        *(
            Column(name, justify="right")
            for name in ("cases", "action right", "reason right", "wrong reason", "silenced", "dangers now", "to a person", "wrong, unseen")
        ),
    )
    for name, tally in (("all", evaluation.total), *evaluation.by_category.items()):
        table.add_row(
            Text(name),
            str(tally.cases),
            _share(tally.right, tally.cases),
            _share(tally.cited_right, tally.cited),
            str(tally.wrong_reason),
            f"{tally.silenced} of {tally.keepable}",
            f"{tally.dangers_now} of {tally.dangers}",
            _share(tally.reviewed, tally.cases),
            str(tally.wrong_unreviewed),
            end_section=name == "all",
        )
    found = Table(Column("finding"), Column("expected", justify="right"), Column("found", justify="right"))
    for kind, gold in sorted(evaluation.total.gold.items()):
        found.add_row(kind.value.replace("_", " "), str(gold), _share(evaluation.total.found[kind], gold))
    return Group(table, found)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"


@cli.command()
def migrate() -> None:
    """Bring the database to the tables of this version. The embedded one is brought there by each start."""
    with _database(load_settings()) as database:
        upgrade(database)
    _say("The database is up to date.")


@keys_cli.command("create")
def create_key(
    name: Annotated[str, typer.Option(help="Who or what uses it, for whoever tidies up later.")],
    scopes: Annotated[list[str], typer.Option(help=f"What it may do, with commas between or one at a time: {', '.join(Scope)}.")],
) -> None:
    """Make a key. It is the last line that is printed; it is shown once and kept nowhere."""
    wanted = [scope.strip() for scope in ",".join(scopes).split(",") if scope.strip()]
    if not set(wanted) <= set(Scope):
        raise InvalidRequest(f"There is no such scope. Choose from: {', '.join(Scope)}.")
    with _keys() as keys:
        made = keys.create(name=name, scopes=[Scope(scope) for scope in wanted])
    _say(f"Made the key {made.key.id}. Programs send it as `Authorization: Bearer KEY`. It is shown only now:")
    print(made.secret)


@keys_cli.command("list")
def list_keys() -> None:
    """List every key, oldest first, without its secret, which is kept nowhere."""
    table = Table(Column("id", no_wrap=True), "name", "scopes", "made", "last used", "ended")
    with _keys() as keys:
        for key in keys.all():
            times = (f"{moment:%Y-%m-%d %H:%M}" if moment else "" for moment in (key.created_at, key.last_used_at, key.revoked_at))
            table.add_row(key.id, Text(key.name), ", ".join(sorted(key.scopes)), *times)
    Console().print(table)


@keys_cli.command("revoke")
def revoke_key(key_id: Annotated[str, typer.Argument(metavar="ID", help="The id that `porchlight keys list` shows.")]) -> None:
    """End a key. Whoever still sends it is refused, by a running service within seconds."""
    with _keys() as keys:
        keys.revoke(key_id)
    _say(f"The key {key_id} has ended.")


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    database = open_database(settings.database)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def _keys() -> Iterator[Keys]:
    settings = load_settings()
    with _database(settings) as database:
        if database.embedded:
            upgrade(database)
        check_schema(database)
        yield Keys(SqlStore(database, KeySeal(settings.seal_key_bytes or keep_key(settings.seal_key_file))))


if __name__ == "__main__":
    main()
