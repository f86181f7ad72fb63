"""Choose the language that a reader asked for."""

import re
from operator import itemgetter
from typing import Any

from starlette.requests import Request

from api.confidence.sentences import LANGUAGES

DEFAULT = "en"
# One language range and its weight: RFC 9110, sections 12.4.2 and 12.5.4.
RANGE = re.compile(
    r"(?P<range>\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)[ \t]*(?:;[ \t]*q=(?P<weight>0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?",
    re.IGNORECASE | re.ASCII,
)

# How OpenAPI's document declares what `language` reads.
PARAMETER: dict[str, Any] = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": f"Language of the sentences: {' or '.join(f'`{code}`' for code in LANGUAGES)}; else `{DEFAULT}`.",
    "schema": {"type": "string", "examples": ["fr"]},
}


def language(request: Request) -> str:
    """Give the code of the language to answer in; a range that nobody can read asks for nothing.

    A range asks for what it begins with (`fr-CA` for French); of equal weights the first one wins. Never fails: who
    refuses every language that there is gets English.
    """
    given = ",".join(request.headers.getlist("accept-language"))
    ranges = [RANGE.fullmatch(each.strip(" \t")) for each in given.split(",") if each.strip(" \t")]
    weights: dict[str, float] = {}
    for found in filter(None, ranges):
        asked, weight = found["range"].lower().partition("-")[0], float(found["weight"] or 1)
        weights[asked] = max(weight, weights.get(asked, 0))
    rest = weights.pop("*", 0)
    offered = [(code, weights[code]) for code in weights if code in LANGUAGES]
    offered += [(code, rest) for code in (DEFAULT, *LANGUAGES) if code not in weights]
    code, weight = max(offered, key=itemgetter(1))
    return code if weight > 0 else DEFAULT
