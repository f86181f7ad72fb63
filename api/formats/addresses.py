"""The normal form in which addresses of pages are compared (RFC 3986, section 6); they are kept as sent.

Made the same: upper and lower case of scheme and host, international names and their punycode (UTS 46), a dot
after the host, a default port, `~` and `%7E`, `%C3` and `%c3`, other letters and their percent-encoding, dot
segments, no path and `/`, an empty query and none. And, because in practice they lead to one page: http and
https on their default ports, any fragment or user name, parameters that only track readers.

Kept apart, because they can be two pages: a slash at the end, `www.`, case and order of all the rest.
"""

import re
from functools import lru_cache
from ipaddress import IPv6Address

import idna

LONGEST = 2048

# Added by Google, Meta, Microsoft, Yandex, X, TikTok, LinkedIn, Mailchimp, Marketo, HubSpot, AT Internet.
_FOLLOWING = re.compile(
    r"(?:utm_\w+|_ga|_gl|gclid|gclsrc|dclid|gbraid|wbraid|srsltid|fbclid|igshid|igsh|mibextid|msclkid|yclid|ysclid"
    r"|twclid|ttclid|li_fat_id|mc_cid|mc_eid|mkt_tok|_hsenc|_hsmi|xtor"
    r"|at_(?:medium|campaign|campaign_type|creation|variant|format|network|link_\w+|bbc_team|ptr_name))(?:=.*)?",
    re.IGNORECASE,
)
_PARTS = re.compile(r"(https?)://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.IGNORECASE)
_AUTHORITY = re.compile(r"(?:.*@)?(\[[^\]%]+\]|[^:\[\]%@]+)(?::([0-9]{0,5}))?")
_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_UNSENDABLE = re.compile(r"[\x00-\x20\x7f-\x9f\s\\\ud800-\udfff]")
_ESCAPABLE = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@lru_cache(maxsize=1_000)  # what is sent is read twice: when it is checked, and when it is kept
def normal_form(url: str) -> str:
    """Give the form, in ASCII, that all http(s) addresses of a page share; ValueError says what to send."""
    if len(url) > LONGEST:
        raise ValueError(f"The address has {len(url)} characters: send one of at most {LONGEST}.")
    if found := _UNSENDABLE.search(url):
        raise ValueError(f"The address has {found[0]!r} at character {found.start()}: percent-encode it.")
    parts = _PARTS.fullmatch(url)
    if parts is None:
        raise ValueError("The address is not one of a page: send it whole, from http:// or https:// on.")
    authority = _AUTHORITY.fullmatch(parts[2])
    if authority is None:
        raise ValueError(f"{parts[2].rpartition('@')[2]!r} is not a host, with or without a port: send one.")
    host, port = _host(authority[1]), _port(authority[2], _DEFAULT_PORTS[parts[1].lower()])
    scheme = parts[1].lower() if port else "https"
    normal = f"{scheme}://{host}{port}{_path(_escaped(parts[3]))}{_query(_escaped(parts[4] or ''))}"
    if len(normal) > LONGEST:
        raise ValueError(f"The address has, percent-encoded, over {LONGEST} characters: send a shorter one.")
    return normal


def _host(name: str) -> str:
    try:
        if name.startswith("["):
            return f"[{IPv6Address(name[1:-1]).compressed}]"
        mapped = name if name.isascii() else idna.uts46_remap(name, std3_rules=False, transitional=False)
        labels = mapped.lower().removesuffix(".").split(".")
        host = ".".join(label if label.isascii() else idna.alabel(label).decode() for label in labels)
    except ValueError:
        raise ValueError(f"{name!r} is not a host: send a domain name or an IP address.") from None
    if len(host) > 253 or not all(map(_LABEL.fullmatch, host.split("."))):
        raise ValueError(f"{name!r} is not a host: send a domain name or an IP address.")
    return host


def _port(digits: str | None, default: int) -> str:
    number = int(digits or default)
    if not 0 < number < 65_536:
        raise ValueError(f"There is no port {number}: ports run from 1 to 65535.")
    return "" if number == default else f":{number}"


def _escaped(text: str) -> str:
    return _ESCAPABLE.sub(lambda found: _escape(found[0]), text)


def _escape(piece: str) -> str:
    if len(piece) == 1:
        return "".join(f"%{byte:02X}" for byte in piece.encode())
    letter = chr(int(piece[1:], 16))
    return letter if letter.isascii() and (letter.isalnum() or letter in "-._~") else piece.upper()


def _path(path: str) -> str:
    """Take dot segments out (RFC 3986, 5.2.4)."""
    segments, kept = path.split("/")[1:], list[str]()
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _query(query: str) -> str:
    kept = [part for part in query.split("&") if part and not _FOLLOWING.fullmatch(part)]
    return "?" + "&".join(kept) if kept else ""
