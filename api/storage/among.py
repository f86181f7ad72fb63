"""Ask for many ids in one statement, as one parameter, however many there are."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, func, literal, select
from sqlmodel import Session

from api.formats.json import write


def among(session: Session, column: Any, ids: Iterable[UUID]) -> ColumnElement[bool]:
    """Say that a column is one of these ids."""
    wanted = list(set(ids))
    if session.get_bind().dialect.name == "postgresql":
        array: ColumnElement[bool] = column == any_(literal(wanted, ARRAY(Uuid())))
        return array
    each = func.json_each(write([one.hex for one in wanted]).decode()).table_valued("value")
    listed: ColumnElement[bool] = column.in_(select(each.c.value))
    return listed
