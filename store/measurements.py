"""What workers measured, and what it says about a job that has not run yet."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from store.schema import Measurement, RowLengths


@dataclass(frozen=True)
class Rates:
    """How a run went on its device: training tokens and graded rows per second, bytes per token."""

    device: str
    tokens_per_second: float
    graded_rows_per_second: float
    bytes_per_token: float


def record_rates(
    session: Session, model_id: str, placement: str, precision: str, rates: Rates
) -> None:
    """Store the rates of a run; of the bytes, the most that any run took."""
    statement = insert(Measurement).values(
        model_id=model_id,
        placement=placement,
        precision=precision,
        device=rates.device,
        tokens_per_second=rates.tokens_per_second,
        graded_rows_per_second=rates.graded_rows_per_second,
        bytes_per_token=rates.bytes_per_token,
    )
    new = statement.excluded
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["model_id", "placement", "precision", "device"],
            set_={
                "tokens_per_second": new.tokens_per_second,
                "graded_rows_per_second": new.graded_rows_per_second,
                "bytes_per_token": func.greatest(Measurement.bytes_per_token, new.bytes_per_token),
                "measured_at": func.clock_timestamp(),
            },
        )
    )


def newest_rates(
    session: Session, model_id: str, placement: str, precision: str
) -> Measurement | None:
    """Return the newest measurement of a model under these settings, whatever the device."""
    query = (
        select(Measurement)
        .where(
            Measurement.model_id == model_id,
            Measurement.placement == placement,
            Measurement.precision == precision,
        )
        .order_by(Measurement.measured_at.desc())
        .limit(1)
    )
    return session.scalar(query)


def row_lengths(session: Session, file_id: str, model_id: str) -> list[int] | None:
    """Return the tokens of each row of a file under a model's tokenizer, if a worker counted."""
    row = session.get(RowLengths, (file_id, model_id))
    return None if row is None else row.lengths
