"""Settings of the desk."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class DeskSettings(BaseModel):
    """Where requests are kept, and when two of them belong together."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    database_url: SecretStr | None = Field(
        default=None,
        description="SQLAlchemy address of the database; empty: SQLite `desk.db` in the data "
        "folder. Masked when shown, since it may hold a password.",
    )
    duplicate_days: float = Field(
        default=7,
        gt=0,
        le=90,
        description="An open request may be the same matter as one this many days apart.",
    )
    duplicates_shown: int = Field(
        default=5, ge=1, le=50, description="Most likely duplicates that are offered for a request."
    )
    incident_hours: float = Field(
        default=24,
        gt=0,
        le=720,
        description="Reports of several people this many hours apart can be one incident.",
    )
    burst_seconds: int = Field(
        default=60,
        ge=0,
        le=3600,
        description="Messages of one sender on one channel within so many seconds of each other "
        "are one request; 0: never.",
    )
    burst_parts: int = Field(
        default=10, ge=2, le=100, description="Most messages that are taken as one request."
    )
