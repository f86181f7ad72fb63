"""Search the record by words: fetch what may answer, rank it, and show where the words stand."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from api.attributions.models import Attribution
from api.attributions.service import service as attributions
from api.claims.models import Claim
from api.graph.vocabulary import Stance
from api.search import query, repository
from api.search.query import Query
from api.search.ranking import WORTH, Passage, score, snippets
from api.search.repository import Found
from api.search.schemas import AskedSearch, Hit, Said, Snippet, Speaker
from api.sources.models import Source
from api.storage.deadline import Deadline
from api.storage.listing import Cut, Slice, no_cursor
from api.storage.reading import Reading
from api.storage.search import language_term
from api.web.values import KindId

TITLE = 200  # code points
NAMED = {"claim": "text", "source": "name", "document": "title"}
Ranked = tuple[int, str, Found, Sequence[Passage]]  # the score, the id, the record and its texts


def search(reading: Reading, asked: AskedSearch, cut: Cut, deadline: Deadline) -> tuple[Slice[Hit], bool]:
    """Return one page of what answers, the best first, and whether nothing was left out.

    Raises `Invalid`, or `OutOfTime` past the deadline.

    What is sealed is not looked through, for nobody: rows have placeholders there, and an alias.
    """
    sought = query.read(asked.q)
    tags = [] if asked.language is None else [language_term(asked.language)]
    names = sought.names if asked.language is None else ()
    found, complete = repository.candidates(reading, asked.kind or repository.MODELS, sought.wanted(*tags), names)
    ranked: list[Ranked] = []
    for one in found:
        deadline.check()
        passages = [Passage.of(one.kind, field, text) for field, text in one.texts]
        worth = score(passages, sought, 0 if one.whole else WORTH[one.kind, "text"])
        complete &= worth is not None or one.whole
        if worth is not None:
            ranked.append((worth, one.row.id.hex, one, passages))
    ranked.sort(key=lambda hit: hit[:2], reverse=True)
    page = _cut(ranked, cut)
    return Slice(_hits(reading, page.items, sought), page.after), complete


def _cut(ranked: Sequence[Ranked], cut: Cut) -> Slice[Ranked]:
    """Cut a page out of what was ranked: what comes after the place of the last item before."""
    if cut.after is not None:
        match cut.after:
            case [int(worth), str(last)]:
                ranked = [one for one in ranked if one[:2] < (worth, last)]
            case _:
                raise no_cursor()
    items = list(ranked[: cut.limit])
    return Slice(items, list(items[-1][:2]) if len(ranked) > cut.limit else None)


def _hits(reading: Reading, ranked: Sequence[Ranked], sought: Query) -> list[Hit]:
    titles = _titles(reading, [found for _, _, found, _ in ranked])
    said = _said(reading, [found.row for _, _, found, _ in ranked if found.kind == "attribution"])
    return [
        Hit.model_construct(
            record=KindId.model_construct(kind=found.kind, id=found.row.id),
            title=titles[found.row.id],
            said=said.get(found.row.id),
            language=getattr(found.row, "language", None),
            score=worth,
            snippets=[
                Snippet.model_construct(field=one.field, text=one.text, start=one.start, highlights=one.highlights)
                for one in snippets(passages, sought)
            ],
        )
        for worth, _, found, passages in ranked
    ]


def _titles(reading: Reading, found: Iterable[Found]) -> dict[UUID, str | None]:
    """Name records to whoever reads a list; an attribution by the claim that it is on."""
    rows = {one.row.id: one for one in found}
    on = reading.live(Claim, {one.row.claim_id for one in rows.values() if one.kind == "attribution"})
    return {record_id: _cut_short(_title(one, on)) for record_id, one in rows.items()}


def _title(found: Found, on: Mapping[UUID, Claim]) -> str | None:
    if found.kind == "attribution":
        claim = on.get(found.row.claim_id)
        return None if claim is None else claim.text
    title: str | None = getattr(found.row, NAMED[found.kind])
    return title


def _said(reading: Reading, rows: Sequence[Attribution]) -> dict[UUID, Said]:
    """Say who put these attributions forward, as far as a list may tell, and whether they still stand."""
    named = reading.live(Source, {row.source_id for row in rows if row.source_id is not None})
    withdrawn = attributions.withdrawn(reading, rows)
    speakers = {one: Speaker.model_construct(id=one, name=source.name) for one, source in named.items()}
    return {
        row.id: Said.model_construct(
            source=None if row.source_id is None else speakers.get(row.source_id),
            stance=Stance(row.stance),
            retracted=row.id in withdrawn,
        )
        for row in rows
    }


def _cut_short(title: str | None) -> str | None:
    return title if title is None or len(title) <= TITLE else f"{title[: TITLE - 1]}…"
