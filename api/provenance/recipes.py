"""Write the statements that a graph is read with."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Uuid, and_, bindparam, exists, func, or_, union
from sqlalchemy import select as core_select
from sqlmodel import col

from api.attributions.models import Attribution, Citation
from api.documents.models import Document
from api.sources.models import Source
from api.storage.among import any_of
from api.storage.records import Recorded
from api.storage.views import Rows, Views, Which
from api.storage.walking import Link, connected, live

ENOUGH = bindparam("enough", type_=BigInteger())
CITATIONS = Link(Citation, "citing_id", "cited_id", live)  # from attribution to attribution


def live_rows(views: Views, model: type[Recorded], names: Sequence[str], which: Which) -> Rows:
    """Ask for these columns of the live records of a kind that meet a condition."""
    view = views.of(model)
    return core_select(*(getattr(view, name) for name in names)).where(which(views), _is_live(view))


def own(views: Views) -> Rows:
    """Ask for the ids of the live attributions of some claims."""
    view = views.of(Attribution)
    return core_select(col(view.id)).where(about(views), _is_live(view))


def about(views: Views) -> ColumnElement[bool]:
    """Say that an attribution is about one of some claims."""
    return any_of(views.of(Attribution).claim_id, "claims")


def these(views: Views) -> ColumnElement[bool]:
    """Say that it is one of some attributions."""
    return any_of(views.of(Attribution).id, "ids")


def these_documents(views: Views) -> ColumnElement[bool]:
    """Say that it is one of some documents."""
    return any_of(views.of(Document).id, "ids")


def these_sources(views: Views) -> ColumnElement[bool]:
    """Say that it is one of some sources."""
    return any_of(views.of(Source).id, "ids")


def replacing(views: Views) -> ColumnElement[bool]:
    """Say that it replaces one of some attributions."""
    return any_of(views.of(Attribution).replaces_id, "ids")


def replacing_about(views: Views) -> ColumnElement[bool]:
    """Say that it replaces one of the claims' own."""
    return col(views.of(Attribution).replaces_id).in_(own(views))


def made_by(views: Views) -> ColumnElement[bool]:
    """Say that one of some attributions makes the citation."""
    return any_of(views.of(Citation).citing_id, "ids")


def made_by_own(views: Views) -> ColumnElement[bool]:
    """Say that one of the claims' own makes it."""
    return col(views.of(Citation).citing_id).in_(own(views))


def made_of_own(views: Views) -> ColumnElement[bool]:
    """Say that it is made of one of the claims' own, by another."""
    link, ids = views.of(Citation), own(views)
    return and_(col(link.cited_id).in_(ids), col(link.citing_id).not_in(ids))


def count(views: Views) -> Rows:
    """Count the claims' own, up to a number."""
    return core_select(func.count()).select_from(own(views).limit(ENOUGH).subquery())


def in_order(views: Views) -> Rows:
    """Ask for some of them in the order of their ids, from one on."""
    view = views.of(Attribution)
    return own(views).where(col(view.id) >= bindparam("first", type_=Uuid())).order_by(col(view.id)).limit(ENOUGH)


def of_these(views: Views) -> Rows:
    """Ask which of some attributions are about the claims."""
    return own(views).where(these(views))


def said_by(views: Views) -> Rows:
    """Ask for the live attributions of some sources."""
    view = views.of(Attribution)
    return core_select(col(view.id)).where(any_of(view.source_id, "sources"), _is_live(view))


def reached(views: Views) -> Rows:
    """Ask for what citations join to some attributions, either way, up to a number."""
    view = views.of(Attribution)
    walk = connected(views, core_select(col(view.id).label("id")).where(any_of(view.id, "starts")), CITATIONS)
    return core_select(walk.c.id).limit(ENOUGH)


def behind(views: Views) -> Rows:
    """Ask for the claims of attributions, of what stands by or on these, and of all that citations join to them."""
    view = views.of(Attribution)
    starts = union(
        *(
            core_select(col(view.id).label("id")).where(any_of(column, name))
            for column, name in ((view.id, "statements"), (view.source_id, "speakers"), (view.document_id, "pages"))
        )
    ).subquery("starts")
    walk = connected(views, core_select(starts.c.id), CITATIONS)
    return core_select(col(view.claim_id)).where(col(view.id).in_(core_select(walk.c.id))).distinct()


def moved(views: Views) -> ColumnElement[bool]:
    """Say that its quote was found in another text than its document has now, where one may look."""
    view, page = views.of(Attribution), views.of(Document)
    other = or_(col(view.quote_sha256).is_(None), col(view.quote_sha256) != col(page.sha256))
    has_another = exists().where(
        col(view.document_id) == page.id, other, col(page.sha256).is_not(None), _is_live(page),
        col(view.sealed_under).is_(None), col(page.sealed_under).is_(None),  # there nobody can look
    )  # fmt: skip
    return and_(these(views), col(view.quote_exact).is_not(None), has_another)


def _is_live(view: Any) -> ColumnElement[bool]:
    return col(view.deleted_at).is_(None)
