"""The only place where everything meets: settings, database, features, web."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

import structlog
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError

from api.access import router as access
from api.access.gate import KeyGate
from api.assessments import router as assessments
from api.attributions import router as attributions
from api.audit import router as audit
from api.bundles import router as bundles
from api.bundles.service import KEEPERS
from api.changes import router as changes
from api.claims import router as claims
from api.custody.keys import load_keys
from api.dependencies import router as dependencies
from api.documents import router as documents
from api.erasures import router as erasures
from api.errors import Unavailable
from api.log import router as log_
from api.provenance import router as provenance
from api.provenance.settling import Settler
from api.relations import router as relations
from api.search import router as search
from api.settings import Settings
from api.sources import router as sources
from api.storage.database import Database
from api.storage.idempotency import forget_old
from api.transfer import router as transfer
from api.web import health, middleware, openapi, problems, site
from api.web.memory import Memory, forgetting
from api.web.metrics import Metrics
from api.web.rate import Rates
from api.web.writing import Running

T = TypeVar("T")
log = structlog.get_logger()

HOUR = 3600.0
THREADS = 128  # many of which wait for their turn to write: they must not keep others from reading
# In the order in which an address is looked for: one that is spelt out comes before one with a parameter in its place.
FEATURES = (
    search,
    claims,
    provenance,
    attributions,
    sources,
    documents,
    relations,
    dependencies,
    assessments,
    bundles,
    transfer,
    changes,
    log_,
    erasures,
    audit,
    access,
)


def create_app(settings: Settings) -> FastAPI:
    """Make the application; its database is opened when it starts and closed when it ends."""
    app = FastAPI(docs_url=None, redoc_url=None, redirect_slashes=False, lifespan=_lifespan)
    app.state.settings = settings
    app.state.running = Running()
    app.state.metrics = Metrics()
    app.state.gate = KeyGate(lambda: app.state.database)
    app.state.rates = Rates()
    app.state.keepers = KEEPERS
    app.state.settler = Settler(lambda: app.state.settings)
    wired = {claims: claims.router(app.state.settler)}
    for router in (*(wired.get(feature) or feature.router() for feature in FEATURES), health.router()):
        # Taken over, not included: FastAPI looks through included routers once for each router around them.
        app.router.routes.extend(router.routes)
    site.add_site(app)
    problems.install(app)
    openapi.serve_described(app)
    middleware.install(app, settings, app.state.metrics)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    current_default_thread_limiter().total_tokens = THREADS
    database = app.state.database = await asyncio.to_thread(_open, settings)
    memory = app.state.memory = Memory(settings.memory_bytes)
    watch = app.state.watch = database.watch()
    work = [_tidy_hourly(database, app.state.settler), forgetting(memory, watch)]
    working = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        for each in working:
            each.cancel()
            with suppress(asyncio.CancelledError):
                await each
        await watch.close()
        await asyncio.to_thread(database.close)


def _open(settings: Settings) -> Database:
    database = Database(settings.database_url, settings.pool_size, load_keys(settings))
    with suppress(Unavailable, DBAPIError):  # away, or without tables: whoever asks is told so
        database.check_keys()
    return database


async def _tidy_hourly(database: Database, settler: Settler) -> None:
    """Drop the answers that were kept for repeated requests and may not be asked for any more; look at what changed."""
    while True:
        try:
            await _through(database.write, forget_old)
        except Exception as failed:  # no tables yet, or the database is away: in an hour, again
            log.warning("old idempotency keys are kept for another hour", reason=str(failed))
        await asyncio.sleep(HOUR)
        try:
            while await _through(settler.look, database):
                pass
        except Exception as failed:
            log.warning("changes wait for another hour, or for a reader of claims", reason=str(failed))


async def _through(work: Callable[..., T], *arguments: Any) -> T:
    """Run blocking work to its end, cancelled or not: the database closes only when its connection is back."""
    running = asyncio.ensure_future(asyncio.to_thread(work, *arguments))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise
