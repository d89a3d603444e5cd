"""Settings of the assistant."""

from pydantic import BaseModel, ConfigDict, Field


class AssistantSettings(BaseModel):
    """How the company introduces itself, and where it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    company: str = Field(
        default="安和物业", min_length=1, description="The company's name in a reply's greeting."
    )
    estate: str = Field(
        default="澜庭雅苑", description="The estate's name in a reply's greeting; may be empty."
    )
    time_zone: str = Field(
        default="Asia/Shanghai",
        min_length=1,
        description="Zone in which times without an offset are read, and moments are told.",
    )
