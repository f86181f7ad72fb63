"""The log: one line for each thing, and nothing in it that must stay in the newsroom."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from api.settings import Settings
from api.web import logs


@pytest.fixture(autouse=True)
def configured_afresh() -> Iterator[None]:
    """Leave the log to other tests as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    quiet = {name: logging.getLogger(name).level for name in logs.QUIET}
    yield
    root.handlers, root.level = handlers, level
    for name, before in quiet.items():
        logging.getLogger(name).setLevel(before)
    structlog.reset_defaults()


def configure(form: str, level: str = "info") -> None:
    logs.configure(Settings.model_construct(log_level=level, log_format=form))


def fail_with(source: str) -> None:
    assert source
    raise RuntimeError("it failed")


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_failure_shows_where_but_not_what_variables_held(capfd: pytest.CaptureFixture[str], form: str) -> None:
    configure(form)

    try:
        fail_with("".join(["a name ", "that is protected"]))
    except RuntimeError as failure:
        structlog.get_logger().error("request failed", exc_info=failure)

    said = capfd.readouterr().err
    assert "fail_with" in said
    assert "it failed" in said
    assert "a name that is protected" not in said


def test_libraries_speak_through_the_same_log(capfd: pytest.CaptureFixture[str]) -> None:
    configure("json")

    logging.getLogger("uvicorn.error").warning("port %d is odd", 7)
    structlog.get_logger().info("answered", path="/é")

    first, second = (json.loads(line) for line in capfd.readouterr().err.splitlines())
    assert (first["level"], first["message"]) == ("warning", "port 7 is odd")
    assert (second["level"], second["message"], second["path"]) == ("info", "answered", "/é")
    assert first["timestamp"] <= second["timestamp"]


def test_what_is_below_the_level_is_not_said(capfd: pytest.CaptureFixture[str]) -> None:
    configure("text", "error")

    structlog.get_logger().warning("unheard")
    logging.getLogger("sqlalchemy").warning("unheard")

    assert capfd.readouterr().err == ""


def test_a_level_may_be_written_in_any_case() -> None:
    assert Settings(log_level="INFO").log_level == "info"  # type: ignore[arg-type]


def test_a_level_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="WHENCE_LOG_LEVEL"):
        configure("text", "loud")
