"""Settings of the knowledge base. Every number is bounded and unknown keys are refused."""

from pydantic import BaseModel, ConfigDict, Field

from kb.lint.settings import LintSettings


class KbSettings(BaseModel):
    """How documents are indexed and searched; the defaults are the measured ones."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    encoder: str = Field(
        "multilingual-e5-small",
        min_length=1,
        description="Name of the encoder, as in kb/models.toml.",
    )
    threads: int = Field(
        0, ge=0, le=256, description="Threads of the encoder; 0 takes every core of the machine."
    )
    results: int = Field(10, ge=1, le=200, description="Hits that a search returns by default.")
    candidates: int = Field(
        100, ge=10, le=1000, description="Passages that each arm hands to the fusion."
    )
    dense_weight: float = Field(
        0.45,
        ge=0.0,
        le=1.0,
        description="Share of the dense arm in the fused score; the lexical arm has the rest.",
    )
    character_weight: float = Field(
        0.3,
        ge=0.0,
        le=1.0,
        description="Weight of single characters against bigrams and words in a lexical query.",
    )
    window_characters: int = Field(
        240,
        ge=60,
        le=480,
        description="Longest piece of a passage that is encoded as one vector, in characters.",
    )
    answer_penalty: float = Field(
        0.03,
        ge=0.0,
        le=1.0,
        description="Subtracted from the cosine where an FAQ's answer matched, not its question.",
    )
    answer_boost: float = Field(
        0.3,
        ge=0.0,
        le=1.0,
        description="Weight of an FAQ's answer against its questions in the lexical index.",
    )
    embedding_block: int = Field(
        512,
        ge=1,
        le=5000,
        description="Passages that are embedded and made durable together; a crash loses one.",
    )
    lint: LintSettings = Field(LintSettings(), description="What the check-up looks out for.")
