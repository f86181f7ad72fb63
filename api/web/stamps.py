"""Ask once for each request whether anything was committed since the last."""

from fastapi import Request

from api.storage.watch import Watch


async def stamp_of(request: Request) -> str | None:
    """Return the store's stamp as the request found it, None where the database does not say in time."""
    if not hasattr(request.state, "stamp"):
        watch: Watch = request.app.state.watch
        request.state.stamp = await watch.stamp()
    stamp: str | None = request.state.stamp
    return stamp
