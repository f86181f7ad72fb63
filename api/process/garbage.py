"""How often this process looks for garbage: Python's own way is too often for answers and batches of many values."""

import gc


def look_less_often() -> None:
    """Look for garbage only after many new values, and seldom among old ones."""
    gc.set_threshold(100_000, 20, 20)
