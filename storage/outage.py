"""A database that is away for a while: told apart from one that refuses, and waited for.

What is repeated must be repeatable: a connection that breaks during COMMIT leaves open whether the
transaction counts.
"""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

logger = logging.getLogger(__name__)
T = TypeVar("T")

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 5.0
# Classes of SQLSTATE: connection exception, insufficient resources (too many connections), and
# operator intervention (stopped, crashed, starting up). A cancelled query, 57014, is none.
_POSTGRESQL_AWAY = ("08", "53", "57P")
# BUSY (locked beyond the busy timeout), LOCKED, IOERR, FULL, CANTOPEN: sqlite.org/rescode.html
_SQLITE_AWAY = frozenset({5, 6, 10, 13, 14})


def is_away(error: BaseException) -> bool:
    """Tell whether an error says that the database cannot be reached or used now."""
    if isinstance(error, PoolTimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    if not isinstance(error, OperationalError):
        return False
    sqlite_code = getattr(error.orig, "sqlite_errorcode", None)
    if sqlite_code is not None:
        return sqlite_code & 0xFF in _SQLITE_AWAY
    state = getattr(error.orig, "sqlstate", None)
    return state is None or state.startswith(_POSTGRESQL_AWAY)  # none: no connection was made


def wait_out(action: Callable[[], T]) -> T:
    """Do it; while the database is away, do it again after a pause, for as long as that takes."""
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            return action()
        except Exception as error:
            if not is_away(error):
                raise
            reason = str(error).partition("\n")[0]
            logger.warning("The database is away; trying again in %g s: %s", pause, reason)
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
