"""A value that does not fit is refused in the words of whoever has to send another, not of the code."""

from typing import Any

import pytest
from pydantic import BaseModel

from api.assessments.schemas import Target
from api.attributions.schemas import AttributionDraft
from api.claims.schemas import ClaimDraft
from api.dependencies.schemas import DependencyDraft
from api.errors import Contradictory
from api.sources.schemas import SourceDraft
from api.web.paging import Asked
from api.web.validation import validating

SAID = {"claim": {"text": "P"}, "stance": "affirms"}
OBJECT = 'This takes an object, such as {"id": …} where it is a record that is referred to.'
TEXT = "This takes a text, in quotation marks."
ALONE = "A reference takes nothing beside its id or external_id: leave this out."
NAMED = "A reference takes nothing beside its kind and its id or external_id: leave this out."
LANGUAGES = {f"fr-x-{number}": "P" for number in range(201)}
ID = "0190b5a2-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    ("model", "sent", "where", "told"),
    [
        (AttributionDraft, SAID | {"claim": "01a21dd1"}, "/claim", OBJECT),
        (AttributionDraft, SAID | {"quote": "selon"}, "/quote", OBJECT),
        (ClaimDraft, ["P"], "", OBJECT),
        (AttributionDraft, SAID | {"claim": {"id": ID, "text": "P"}}, "/claim/text", ALONE),
        (AttributionDraft, SAID | {"claim": {"$ref": "p", "‹text›": "P"}}, "/claim/‹text›", ALONE),
        (AttributionDraft, SAID | {"source": {"kind": "source", "id": ID}}, "/source/kind", ALONE),
        (AttributionDraft, SAID | {"source": {"kind": "source", "external_id": "kcna"}}, "/source/kind", ALONE),
        (AttributionDraft, SAID | {"document": {"kind": "document", "external_id": "d"}}, "/document/kind", ALONE),
        (AttributionDraft, SAID | {"responds_to": {"kind": "attribution", "id": ID}}, "/responds_to/kind", ALONE),
        (Target, {"kind": "source", "id": ID, "name": "S"}, "/name", NAMED),
        (AttributionDraft, SAID | {"cites": {}}, "/cites", "This takes a list, […]."),
        (DependencyDraft, {"members": [], "reason": "R"}, "/members", "Send at least 2 of these."),
        (ClaimDraft, {"text": "P", "topics": ["T"] * 101}, "/topics", "Send at most 100 of these."),
        (ClaimDraft, {"text": "P", "translations": LANGUAGES}, "/translations", "Send at most 200 of these."),
        (ClaimDraft, {"text": None}, "/text", TEXT),
        (ClaimDraft, {"text": 12}, "/text", TEXT),
        (AttributionDraft, SAID | {"verbatim": "oui"}, "/verbatim", "This takes true or false."),
        (Asked, {"limit": "ten"}, "/limit", "This takes a whole number."),
        (
            ClaimDraft,
            {"text": "P", "language": "en_GB"},
            "/language",
            "This is no language tag: send one of BCP 47, such as fr, pt-BR or zh-Hant.",
        ),
        (
            ClaimDraft,
            {"text": "P", "translations": {"français": "P"}},
            "/translations/français",
            "This is no language tag: send one of BCP 47, such as fr, pt-BR or zh-Hant.",
        ),
        (
            SourceDraft,
            {"name": "S", "country": "France"},
            "/country",
            "This is no country code: send the two capitals of ISO 3166-1, such as KP.",
        ),
        (
            SourceDraft,
            {"name": "S", "wikidata": "https://www.wikidata.org/wiki/Q423"},
            "/wikidata",
            "This is no Wikidata id: send it without the address, such as Q423.",
        ),
    ],
)
def test_a_value_of_the_wrong_shape_is_told_the_right_one(
    model: type[BaseModel], sent: Any, where: str, told: str
) -> None:
    with pytest.raises(Contradictory) as refused, validating():
        model.model_validate(sent)

    assert [(one.pointer, one.detail) for one in refused.value.problems] == [(where, told)]


@pytest.mark.parametrize("tag", ["fr\n", "FR\n"])
def test_a_line_s_end_is_no_part_of_a_code(tag: str) -> None:
    with pytest.raises(Contradictory), validating():
        ClaimDraft.model_validate({"text": "P", "language": tag})
