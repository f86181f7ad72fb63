"""The example bodies in `openapi/examples`: the docs show them, the tests post them, the first run loads them."""

from pathlib import Path
from typing import Any

from api.formats.json import read

FOLDER = Path(__file__).parents[2] / "openapi" / "examples"


def example(name: str) -> Any:
    """Read one example."""
    return read((FOLDER / f"{name}.json").read_bytes())


def shown(*names: str) -> dict[str, Any]:
    """Collect examples in the form in which OpenAPI lists them."""
    return {name: {"summary": name.replace("-", " "), "value": example(name)} for name in names}
