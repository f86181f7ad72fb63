"""The first real case, on record."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.newsroom import Kept, Newsroom

DOSSIER = Path(__file__).parents[2] / "openapi" / "examples" / "dossier.json"


@pytest.fixture
def dossier(newsroom: Newsroom) -> Callable[[str, str], Kept]:
    """Record the example dossier; what it gives finds a record of it by kind and key."""
    newsroom.bundle(*json.loads(DOSSIER.read_text())["records"])

    def find(path: str, name: str) -> Kept:
        (found,) = newsroom.ask(f"/v1/{path}", external_id=f"dossier-2023-07/{name}")["items"]
        return Kept(f"/v1/{path}", found)

    return find
