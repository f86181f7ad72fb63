"""Keep what is claimed, apart from who says it."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import col

from api.claims.models import Claim, ClaimSubject, ClaimTopic
from api.claims.schemas import ClaimDraft, ClaimRecord, Subject
from api.formats.folding import fold, key, like
from api.storage import listing
from api.storage.ledger import Ledger
from api.storage.listing import Order
from api.storage.parts import has_part
from api.storage.reading import Reading
from api.storage.vault import Redacted
from api.web.keeping import Keeper
from api.web.records import date_range, recorded
from api.web.values import SpokenDate, columns_of


class Claims(Keeper[Claim, ClaimDraft, ClaimRecord]):
    """The rules of claims."""

    model = Claim
    draft = ClaimDraft
    answer = ClaimRecord
    path = "claims"
    brief = True
    whole = frozenset({"occurred"})
    of_lists = frozenset({"standing"})

    def content(self, ledger: Ledger, draft: ClaimDraft, row: Claim | None) -> dict[str, Any]:
        topics = list(dict.fromkeys(draft.topics))
        return {
            "text": draft.text,
            "words": "\n".join(fold(text) for text in (draft.text, *draft.translations.values())),
            "language": draft.language,
            "translations": dict(draft.translations),
            "about": [subject.model_dump() for subject in draft.about],
            **columns_of("occurred", draft.occurred),
            "place": draft.place,
            "topics": topics,
        }

    def answers(self, reading: Reading, rows: Sequence[Claim]) -> list[ClaimRecord]:
        return [
            ClaimRecord.model_construct(
                **recorded(reading, row),
                text=row.text,
                language=row.language,
                translations=row.translations,
                about=_about(row),
                occurred=SpokenDate.of(row.occurred, row.occurred_earliest, row.occurred_latest),
                place=row.place,
                topics=row.topics,
            )
            for row in reading.numbered(rows)
        ]

    def conditions(self, reading: Reading, view: type[Claim], filters: Any) -> Iterator[ColumnElement[bool]]:
        yield from super().conditions(reading, view, filters)
        if filters.language is not None:
            yield col(view.language) == filters.language
        if filters.text is not None:
            yield col(view.words).like(like(filters.text), escape="\\")
        if filters.topic is not None:
            yield has_part(view, ClaimTopic, col(ClaimTopic.topic) == key(filters.topic))
        if filters.about is not None:
            label, wikidata = col(ClaimSubject.label), col(ClaimSubject.wikidata)
            yield has_part(view, ClaimSubject, or_(label == key(filters.about), wikidata == filters.about))
        yield from date_range("occurred", view, filters)

    def order(self, view: type[Claim]) -> Order:
        return {
            **super().order(view),
            "text": listing.beginning(col(view.text)),
            "occurred": listing.instant_or_first(col(view.occurred_earliest)),
        }


def _about(row: Claim) -> list[Subject] | Redacted:
    about: Any = row.about
    return about if isinstance(about, Redacted) else [Subject.model_construct(**subject) for subject in about]


service = Claims()
