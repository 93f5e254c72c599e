"""`make bench`: comments a second and waits, over HTTP with durable commits on SQLite, beside the analyzer alone.

Both read the same texts in the same run, in turns, so that a busy machine is busy for both. What the service
costs is what is left of the analyzer's speed once its answers are judged, sealed, durable and sent over HTTP.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from app.detection.analyzer import build_analyzer
from app.detection.encoder import load_encoder
from app.domain.comment import Comment
from app.errors import PorchlightError
from app.policy.loader import load_pack
from app.policy.pack import Pack
from app.services.ports import Analyzer
from app.settings import Settings, load_settings
from bench.load import Load, send

_ROOT = Path(__file__).parents[1]
_START_WITHIN_S = 60
_WARM_UP = 64


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--comments", type=int, default=600, help="how many comments a round sends")
    parser.add_argument("--connections", type=int, default=32, help="how many are sent at the same time")
    parser.add_argument("--rounds", type=int, default=3, help="how many rounds; the median one is printed")
    options = parser.parse_args()
    settings = load_settings()
    pack = load_pack(settings.rules_dir)
    analyzer = build_analyzer(pack, reader=load_encoder(settings.models_dir / "encoder", threads=settings.threads))
    alone: list[float] = []
    loads: list[Load] = []
    with _service(settings) as (port, key):
        warm_up = _texts(pack, _WARM_UP, salt="warm-up")
        _read(analyzer, warm_up, batch=settings.batch_max)
        send(warm_up, port=port, key=key, connections=options.connections)
        for number in range(options.rounds):
            texts = _texts(pack, options.comments, salt=str(number))
            alone.append(_read(analyzer, texts, batch=settings.batch_max))
            loads.append(send(texts, port=port, key=key, connections=options.connections))
        single = send(_texts(pack, max(1, options.comments // 5), salt="single"), port=port, key=key, connections=1)
    _print(analyzer, alone, loads, single, connections=options.connections)


def _texts(pack: Pack, count: int, *, salt: str) -> list[str]:
    """The pack's examples, over and over, each a little different: a text that was read before might come cheaper."""
    examples = [example.comment for cases in pack.examples.values() for example in cases]
    return [f"{examples[number % len(examples)]} ({salt}, {number})" for number in range(count)]


def _read(analyzer: Analyzer, texts: Sequence[str], *, batch: int) -> float:
    """Comments a second of the analyzer by itself."""
    comments = [Comment(text=text) for text in texts]
    started = time.perf_counter()
    for start in range(0, len(comments), batch):
        analyzer.analyze_many(comments[start : start + batch])
    return len(comments) / (time.perf_counter() - started)


@contextmanager
def _service(settings: Settings) -> Iterator[tuple[int, str]]:
    """A service with an empty database on the same disk as the real one: its port, and a key."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix="bench-") as data, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = os.environ | {"PORCHLIGHT_DATA_DIR": data, "PORCHLIGHT_DATABASE_URL": "", "PORCHLIGHT_PORT": str(port)}
        command = [sys.executable, "-m", "app.cli"]
        log = Path(data, "log")
        with log.open("w") as output:
            process = subprocess.Popen([*command, "serve"], cwd=_ROOT, env=environment, stdout=output, stderr=output)  # noqa: S603
        try:
            _wait(port, process, log)
            made = subprocess.run(  # noqa: S603
                [*command, "keys", "create", "--name", "bench", "--scopes", "triage"],
                cwd=_ROOT,
                env=environment,
                check=True,
                capture_output=True,
                text=True,
            )
            yield port, made.stdout.splitlines()[-1]
        finally:
            process.terminate()
            process.wait()


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise PorchlightError(f"The service did not start:\n{log.read_text()}")


def _print(analyzer: Analyzer, alone: Sequence[float], loads: Sequence[Load], single: Load, *, connections: int) -> None:
    by_itself = statistics.median(alone)
    typical = sorted(loads, key=lambda load: load.rate)[len(loads) // 2]
    reader = "patterns only" if analyzer.patterns_only else f"{analyzer.stamp.name} {analyzer.stamp.version}"
    table = Table("", "comments/s", "p50 ms", "p99 ms", title=f"Reader: {reader}")
    table.add_row("analyzer alone", f"{by_itself:.0f}", "", "")
    for name, load in ((f"service, {connections} at a time", typical), ("service, one at a time", single)):
        table.add_row(name, f"{load.rate:.0f}", f"{load.quantile(0.5) * 1000:.1f}", f"{load.quantile(0.99) * 1000:.1f}")
    console = Console()
    console.print(table)
    console.print(
        f"Analyzer alone: {_list(alone)}. Service: {_list([load.rate for load in loads])}. "
        f"The service keeps {typical.rate / by_itself:.0%} of the analyzer's speed, with every answer durable."
    )


def _list(rates: Sequence[float]) -> str:
    return ", ".join(f"{rate:.0f}" for rate in rates)


if __name__ == "__main__":
    main()
