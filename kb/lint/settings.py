"""Settings of the check-up of a knowledge base."""

from pydantic import BaseModel, ConfigDict, Field


class LintSettings(BaseModel):
    """What `guanjia kb lint` looks out for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    expiring_days: int = Field(
        30, ge=0, le=366, description="Days before a document's last day from which lint says so."
    )
    least_backing: float = Field(
        0.36,
        ge=0.0,
        le=1.0,
        description="Share of an answer's words, the rare ones counting most, that two policy "
        "passages must hold together to back an FAQ that names no source.",
    )
