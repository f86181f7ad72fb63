"""Number committed changes on PostgreSQL, where the order of commits is known only afterwards."""

import threading

import structlog
from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from api.custody.notes import Signer
from api.storage.changes import is_queued, number_queued
from api.storage.leases import take_lease
from api.storage.records import new_id

log = structlog.get_logger()

SEQUENCER = "sequencer"


class Sequencer(threading.Thread):
    """Numbers committed changes; of all processes' sequencers, the one that holds the lease works."""

    PAUSE = 0.25

    def __init__(self, engine: Engine, signer: Signer) -> None:
        super().__init__(name="sequencer", daemon=True)
        self.engine = engine
        self.signer = signer
        self.holder = new_id()
        self._awake = threading.Event()
        self._stopping = False

    def wake(self) -> None:
        self._awake.set()

    def stop(self) -> None:
        self._stopping = True
        self.wake()
        self.join(timeout=5)
        self.engine.dispose()

    def run(self) -> None:
        told = None  # the fault that the log has
        while not self._stopping:
            more = False
            try:
                more = self._number()
                told = None
            except SQLAlchemyError as failed:  # no tables yet, database away, or another process was first
                log.debug("sequencer waits", reason=str(failed))
            except Exception as fault:  # our own: it must not end the thread, as others of its changes may pass
                if told != repr(fault):
                    log.exception("changes could not be numbered")
                told = repr(fault)
            if not more:
                self._awake.wait(self.PAUSE)
                self._awake.clear()

    def _number(self) -> bool:
        with self.engine.begin() as connection:
            if not is_queued(connection):
                return False
            now = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            held = take_lease(connection, SEQUENCER, self.holder, now)
        if not held:
            return False
        with self.engine.begin() as connection:
            return number_queued(connection, self.signer) > 0
