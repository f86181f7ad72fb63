"""One log: a line for each thing that happened, for people or for machines."""

import logging
import sys

import structlog

from api.settings import Settings

# What libraries tell only those who look for a fault.
QUIET = ("alembic", "httpx", "uvicorn.access", "uvicorn.error")


def configure(settings: Settings) -> None:
    """Send our own lines and those of the libraries to standard error, in the form that the settings name.

    Raises `ValueError` for a level that is none.
    """
    level = logging.getLevelNamesMapping().get(settings.log_level.upper())
    if level is None:
        raise ValueError(f"WHENCE_LOG_LEVEL: “{settings.log_level}” is not one of debug, info, warning and error.")
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(level)  # here too: a library may have set a level of its own
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.PositionalArgumentsFormatter()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(settings.log_format)],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.DEBUG if level <= logging.DEBUG else logging.WARNING)
    logging.getLogger("psycopg").setLevel(logging.ERROR)  # its warnings are raised too, and may quote the record


def _rendering(form: str) -> list[structlog.typing.Processor]:
    """Render without the values of local variables: they are people's texts, names and passwords."""
    if form == "json":
        plain = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        return [
            structlog.processors.ExceptionRenderer(plain),
            structlog.processors.EventRenamer("message"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    colours = sys.stderr.isatty()
    return [structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=structlog.dev.plain_traceback)]
