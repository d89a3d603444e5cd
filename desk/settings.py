"""Settings of the desk."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class DeskSettings(BaseModel):
    """Where requests are kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    database_url: SecretStr | None = Field(
        default=None,
        description="SQLAlchemy address of the database; empty: SQLite `desk.db` in the data "
        "folder. Masked when shown, since it may hold a password.",
    )
