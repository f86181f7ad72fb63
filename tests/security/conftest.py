"""The stores of the contract's tests, for tests of the same operations."""

from tests.contract.conftest import loaded_file, loaded_name, quiet, store

__all__ = ["loaded_file", "loaded_name", "quiet", "store"]
