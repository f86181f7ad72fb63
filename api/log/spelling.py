"""Check that ids and instants are written as they are looked for."""

from sqlalchemy import Table, select

from api.log.report import Report
from api.storage.reading import Reading
from api.storage.sqlite import misspelt


def check_spelling(reading: Reading, table: Table, record: str, report: Report) -> None:
    """Look for what reads as the log commits to it, and is found by nobody who asks for it.

    `record` is the column that names the record of a row.
    """
    for name, is_wrong in misspelt(reading.connection, table):
        for one, version in reading.rows(select(table.c[record], table.c.version).where(is_wrong)):
            report.tell(f"{table.name} {one}, version {version}: {name} is not written as it is looked for.")
