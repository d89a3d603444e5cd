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
    dense_weight_unmatched: float = Field(
        0.5,
        ge=0.0,
        le=1.0,
        description="Share of the dense arm in the fused score where the question's words stand "
        "nowhere; the lexical arm has the rest.",
    )
    dense_weight_matched: float = Field(
        0.25,
        ge=0.0,
        le=1.0,
        description="The same where a passage is worded like the question.",
    )
    character_weight: float = Field(
        0.3,
        ge=0.0,
        le=1.0,
        description="Weight of single characters against bigrams and words in a lexical query.",
    )
    part_weight: float = Field(
        0.4,
        ge=0.0,
        le=1.0,
        description="Share of a passage's best part (window, wording) in its lexical score; the "
        "whole passage has the rest.",
    )
    synonym_weight: float = Field(
        0.75,
        ge=0.0,
        le=1.0,
        description="Weight of other names from the thesaurus in a lexical query; 0 leaves them "
        "out.",
    )
    sound_weight: float = Field(
        1.0,
        ge=0.0,
        le=1.0,
        description="Weight of words that only sound like an unknown one; 0 leaves them out.",
    )
    window_characters: int = Field(
        240,
        ge=60,
        le=480,
        description="Longest piece of a passage that is encoded as one vector, in characters.",
    )
    repulsion: float = Field(
        10.0,
        ge=0.0,
        le=1000.0,
        description="How strongly an FAQ is pushed away by a near-miss: share of its score lost "
        "for each unit of cosine that the near-miss is nearer than its own questions.",
    )
    embedding_block: int = Field(
        512,
        ge=1,
        le=5000,
        description="Passages that are embedded and made durable together; a crash loses one.",
    )
    lint: LintSettings = Field(LintSettings(), description="What the check-up looks out for.")
