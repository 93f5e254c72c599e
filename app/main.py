"""The web composition root: settings in, application out."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from fastapi import FastAPI

from app import __version__, logs
from app.api import decisions, health, triage
from app.api.problems import handle_errors
from app.api.watch import Watch
from app.detection.analyzer import build_analyzer
from app.detection.encoder import likely_thresholds, load_encoder
from app.domain.comment import Comment
from app.domain.decision import Decision
from app.errors import Busy
from app.ledger.seal import KeySeal, keep_key
from app.policy.assemble import load_policy
from app.policy.engine import Policy
from app.services.keys import Keys
from app.services.ports import Analyzer
from app.services.triage import Line, Request, TriageLine
from app.settings import Settings, load_settings
from app.storage.database import open_database
from app.storage.migrate import check_schema, upgrade
from app.storage.unit_of_work import SqlStore
from app.ui.pages import router_for

_ABOUT = """Comments in, decisions out: keep, respond or remove, with the guideline, the urgency, whether a person must look
first, and the words for the author. All offsets are half-open and count Unicode code points of the text as it was sent."""


def app_from_environment() -> FastAPI:
    """The application as `porchlight serve` runs it."""
    settings = load_settings()
    logs.configure(settings.log_level)
    return create_app(settings)


def create_app(settings: Settings, *, analyzer: Analyzer | None = None) -> FastAPI:
    """The application, complete and not yet started. Another analyser may stand in for the one that is installed.

    Raises SettingsError and PolicyError when it could not do its work.
    """
    encoder = None if analyzer else load_encoder(settings.models_dir / "encoder", threads=settings.threads)
    policy = load_policy(settings.rules_dir, public_url=settings.public_url, likely=likely_thresholds(encoder))
    return assemble(settings, policy=policy, analyzer=analyzer or build_analyzer(policy.pack, reader=encoder))


def assemble(settings: Settings, *, policy: Policy, analyzer: Analyzer) -> FastAPI:
    """The application over a policy and an analyser."""
    database = open_database(settings.database)
    seal = KeySeal(settings.seal_key_bytes or keep_key(settings.seal_key_file))
    store = SqlStore(database, seal)
    keys = Keys(store)
    line = TriageLine(
        Line(policy=policy, analyzer=analyzer, store=store, fingerprint=seal.fingerprint),
        batch_max=settings.batch_max,
        queue_max=settings.queue_max,
        batch_wait=timedelta(milliseconds=settings.batch_wait_ms),
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if database.embedded:
            upgrade(database)
        check_schema(database)
        store.check_key()
        line.start()
        try:
            yield
        finally:
            await asyncio.to_thread(line.stop)
            database.close()

    pages = policy.pack.settings
    app = FastAPI(
        title="Porchlight",
        version=__version__,
        description=_ABOUT,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        lifespan=lifespan,
        # Their pages would load scripts from other hosts.
        docs_url=None,
        redoc_url=None,
    )
    handle_errors(app)
    app.include_router(
        triage.router_for(line=line, keys=keys, pages=pages.pages, default_page=pages.default_page, max_text_bytes=settings.max_text_bytes)
    )
    app.include_router(decisions.router_for(store=store, keys=keys))
    app.include_router(
        health.router_for(
            version=__version__,
            stamp=policy.pack.stamp,
            analyzer=analyzer,
            database=database.name,
            journal_mode=database.journal_mode,
            store=store,
            line=line,
        )
    )
    trials = _trials(line, most=settings.trials_max) if settings.try_page else None
    app.include_router(router_for(policy=policy, triage=trials, contract=app.openapi, max_text_bytes=settings.max_text_bytes))
    app.add_middleware(Watch)
    return app


def _trials(line: TriageLine, *, most: int) -> Callable[[Comment], Awaitable[Decision]]:
    """The line for the try-it page: nothing is recorded, and it never takes more than a few places of the queue.

    The page needs no key, so that anybody who reaches it could otherwise keep those who have one waiting.
    """
    waiting = 0

    async def trial(comment: Comment) -> Decision:
        nonlocal waiting
        if waiting >= most:
            raise Busy(retry_after=1)
        waiting += 1
        try:
            return await asyncio.wrap_future(line.submit(Request(comment, record=False)))
        finally:
            waiting -= 1

    return trial
