"""Settings of the training room."""

from pydantic import BaseModel, ConfigDict, Field


class TrainingSettings(BaseModel):
    """How exercises are chosen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    recent: int = Field(
        default=10,
        ge=0,
        le=1000,
        description="A case met among a trainee's last so many exercises is not drawn again.",
    )
