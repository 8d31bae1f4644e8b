"""The database's time as a value."""

import time
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

_READ = "database_time"


def database_time(session: Session) -> datetime:
    """Return the database's time: read once in a session, carried on by this machine's clock.

    SQLAlchemy writes rows that hold values in batches, but each that holds an SQL expression by
    itself.
    """
    if _READ not in session.info:
        # Past the session, which would flush a row in the middle of its change.
        now = session.connection().execute(select(func.clock_timestamp())).scalar_one()
        session.info[_READ] = now, time.monotonic()
    read: datetime
    read, at = session.info[_READ]
    return read + timedelta(seconds=time.monotonic() - at)
