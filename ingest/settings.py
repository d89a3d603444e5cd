"""Settings of ingestion: every number bounded, unknown keys refused."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class IngestSettings(BaseModel):
    """What may be read, and how long passages are.

    Sizes of chunks are in characters. A table or a list that has to stay together may exceed
    `chunk_target_characters`, but no chunk exceeds `chunk_max_characters` unless one sentence
    or one table row alone does.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_file_mb: int = Field(
        default=50, ge=1, le=2048, description="Largest file that is read, in MB."
    )
    max_table_rows: int = Field(
        default=50_000, ge=100, le=1_000_000, description="Most rows that one table may have."
    )
    chunk_min_characters: int = Field(
        default=120,
        ge=20,
        le=1000,
        description="Neighbouring passages shorter than this are joined, in characters.",
    )
    chunk_target_characters: int = Field(
        default=350,
        ge=50,
        le=4000,
        description="Length up to which passages are joined, in characters.",
    )
    chunk_max_characters: int = Field(
        default=500,
        ge=100,
        le=8000,
        description="Longest passage in characters; a single sentence is never cut.",
    )
    batch_documents: int = Field(
        default=64, ge=1, le=1000, description="Documents put into the knowledge base at a time."
    )

    @model_validator(mode="after")
    def _sizes_in_order(self) -> Self:
        sizes = (
            self.chunk_min_characters,
            self.chunk_target_characters,
            self.chunk_max_characters,
        )
        if list(sizes) != sorted(sizes):
            raise ValueError(
                "chunk_min_characters、chunk_target_characters、chunk_max_characters 必须由小到大"
            )
        return self
