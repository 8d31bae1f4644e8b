"""How quick a model is on a device, as workers measured it: what estimates are made of."""

from datetime import datetime

from sqlalchemy import Double, String, func
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import Base


class Measurement(Base):
    """Rates of the newest run; the bytes per token are the most that any run took."""

    __tablename__ = "measurements"

    model_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    placement: Mapped[str] = mapped_column(String(16), primary_key=True)
    precision: Mapped[str] = mapped_column(String(16), primary_key=True)
    device: Mapped[str] = mapped_column(String(128), primary_key=True)
    tokens_per_second: Mapped[float] = mapped_column(Double)
    graded_rows_per_second: Mapped[float] = mapped_column(Double)
    bytes_per_token: Mapped[float] = mapped_column(Double)
    measured_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
