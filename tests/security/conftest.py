"""A loaded store that the tests of a module share."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from api.settings import Settings
from api.web.logs import configure
from tests.contract.operations import Store, load, opened


@pytest.fixture(scope="module")
def store(migrated_file: Path) -> Iterator[Store]:
    """A store with the dossier in it."""
    configure(Settings(log_level="error"))  # thousands of lines would say what was asked
    file = migrated_file.with_name(f"shared-{uuid4().hex}.db")
    shutil.copyfile(migrated_file, file)
    with opened(f"sqlite:///{file}", load(f"sqlite:///{file}")) as store:
        yield store
