"""Count what every caller sends in a minute, and refuse what is over the quota before any work is done for it.

A caller is the holder of a key, or the address that a request without one comes from. Requests whose key is refused
count for their address, apart from those without any: so nobody guesses many keys, and nobody who sends none keeps out
who shares the address and has one. Everything is in the memory of this process, forgotten at each turn of the minute,
and bounded: addresses share a fixed number of counters, by a secret hash, so that nobody can choose whose counter to
share.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from math import ceil
from uuid import UUID

from starlette.requests import HTTPConnection, Request

from api.errors import TooMany
from api.web.callers import caller_of

WINDOW = 60  # seconds
COUNTERS = 2**16  # for all addresses, and as many again for the keys from there that are refused
KNOWN = 2**12  # addresses whose counter is at hand, the latest of them
NETWORK = 8  # bytes of an IPv6 address that tell one customer from another; the rest is theirs to choose

Payer = UUID | int


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a caller has sent in this minute, of how much, and how many seconds of it are left."""

    sent: int
    quota: int
    seconds: int

    @property
    def is_over(self) -> bool:
        """Say whether the quota is used up, and more."""
        return self.sent > self.quota

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Write it as draft-ietf-httpapi-ratelimit-headers-10 has it."""
        left = max(0, self.quota - self.sent)
        return [
            (b"ratelimit-policy", f'"default";q={self.quota};w={WINDOW}'.encode()),
            (b"ratelimit", f'"default";r={left};t={self.seconds}'.encode()),
        ]

    def refusal(self) -> TooMany:
        """Make the refusal for whoever has to wait."""
        return TooMany(f"More than {self.quota:,} requests came in a minute: wait {self.seconds} s.", self.seconds)


class Rates:
    """What everybody has sent in this minute; used on the event loop alone."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._window = -1
        self._sent: dict[Payer, int] = {}

    def spend(self, payer: Payer, quota: int, requests: int = 1) -> Allowance:
        """Add to what a payer has sent, and say how that stands; with 0 requests, look."""
        now = self._clock()
        window = int(now // WINDOW)
        if window != self._window:
            self._window, self._sent = window, {}
        sent = self._sent.get(payer, 0) + requests
        if requests:
            self._sent[payer] = sent
        return Allowance(sent, quota, max(1, ceil((window + 1) * WINDOW - now)))


@contextmanager
def charged(request: Request) -> Iterator[None]:
    """Charge a request to the caller that is found inside, or to its address. Raises `TooMany`.

    Where as many keys from an address were refused as may come in a minute, no other is looked at.
    """
    payer = address_of(request)
    if "authorization" in request.headers:
        payer += COUNTERS
    if _spend(request, payer, 0).sent >= _quota(request):
        raise _spend(request, payer, 1).refusal()
    try:
        yield
    finally:
        allowance = _spend(request, caller_of(request).key or payer, 1)
        if allowance.is_over:
            raise allowance.refusal()


def charge_address(request: HTTPConnection) -> Allowance:
    """Charge a request that no operation takes to its address."""
    return _spend(request, address_of(request), 1)


def address_of(request: HTTPConnection) -> int:
    """Return the counter of the address that a request comes from."""
    return counter_of("" if request.client is None else request.client.host)


@lru_cache(KNOWN)
def counter_of(host: str) -> int:
    """Return the counter of an address, however it is written."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return hash(host) % COUNTERS
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return hash(address.packed[:NETWORK]) % COUNTERS
    return hash(host) % COUNTERS


def _spend(request: HTTPConnection, payer: Payer, requests: int) -> Allowance:
    allowance: Allowance = request.app.state.rates.spend(payer, _quota(request), requests)
    request.state.rate = allowance
    return allowance


def _quota(request: HTTPConnection) -> int:
    return int(request.app.state.settings.requests_per_minute)
