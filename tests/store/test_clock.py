"""The database's time between two looks at it."""

from sqlalchemy import func, select

from store.clock import database_time
from store.database import Database
from tests.support.statements import counted


class TestDatabaseTime:
    def test_it_is_read_once_and_goes_on_no_later_than_the_database(
        self, database: Database
    ) -> None:
        with counted(database.engine) as sent, database.transaction() as session:
            before = session.execute(select(func.clock_timestamp())).scalar_one()
            times = [database_time(session) for _ in range(3)]
            after = session.execute(select(func.clock_timestamp())).scalar_one()
        assert before < times[0] <= times[1] <= times[2] < after
        assert len(sent) == 3
