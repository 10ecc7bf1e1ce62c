"""Rows of roads: travel matrices, each stored once."""

from sqlalchemy.orm import Mapped, mapped_column

from app.runtime.database import Base


class StoredMatrix(Base):
    """A travel matrix by the hash of its content: append-only; both arrays are zlib over little-endian int32."""

    __tablename__ = "travel_matrices"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    source: Mapped[str]
    durations: Mapped[bytes]
    distances: Mapped[bytes]
