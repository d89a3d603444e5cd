"""Settings of the assistant."""

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.language.settings import LanguageModelSettings


class AnswerSettings(BaseModel):
    """How answers are picked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    passages: int = Field(12, ge=1, le=50, description="Passages whose sentences are considered.")
    compared: int = Field(
        6, ge=1, le=100, description="Sentences that are compared with the question by meaning."
    )
    sentences: int = Field(4, ge=1, le=10, description="Most sentences of an answer.")
    least_probability: float = Field(
        0.45,
        ge=0.0,
        le=1.0,
        description="Below this probability that its best sentence answers a question is declined.",
    )
    possible_probability: float = Field(
        0.05,
        ge=0.0,
        le=1.0,
        description="From this probability on a sentence of a declined question is shown for a "
        "person to judge.",
    )
    possible: int = Field(3, ge=0, le=10, description="Most sentences that are shown so.")
    nearest: int = Field(3, ge=0, le=10, description="Titles named when nothing is answered.")


class GapSettings(BaseModel):
    """What is kept of the questions that were asked; every text is masked before it is kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    record: bool = Field(
        True, description="Whether questions are kept, masked, to find what documents lack."
    )
    retention_days: int = Field(
        180, ge=1, le=3650, description="Days after which a kept question is forgotten."
    )
    days: int = Field(
        90, ge=1, le=3650, description="Days whose questions `guanjia kb gaps` looks at by default."
    )
    most: int = Field(20, ge=1, le=1000, description="Gaps that are listed by default.")


class PlaceSettings(BaseModel):
    """The public places of the estate, by the names the company uses."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    names: dict[str, tuple[str, ...]] = Field(
        default={},
        description="Each public place with the other words for it, as in "
        '`"东门" = ["东大门", "东岗"]`; empty: those of the sample estate.',
    )
    in_every_building: tuple[str, ...] = Field(
        default=(),
        description="Those of them that every building has (大堂, 楼道), so that the building must "
        "be asked for.",
    )

    @model_validator(mode="after")
    def _holds_together(self) -> "PlaceSettings":
        owner: dict[str, str] = {}
        for name, aliases in self.names.items():
            for word in (name, *aliases):
                if len(word.strip()) < 2:
                    raise ValueError(f"地点“{name}”的叫法“{word}”太短，至少要两个字")
                if owner.setdefault(word, name) != name:
                    raise ValueError(f"叫法“{word}”同时属于“{owner[word]}”和“{name}”，只能归一个")
        if unknown := [name for name in self.in_every_building if name not in self.names]:
            raise ValueError(f"in_every_building 里的“{unknown[0]}”不在 names 里")
        return self


class RetrainingSettings(BaseModel):
    """When a classifier that learned from corrections takes the place of the old one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    most_lost: float = Field(
        0.5,
        ge=0.0,
        le=100.0,
        description="Points of macro-F1 of kind or department that a retrained classifier may "
        "lose against the old one; with more it is refused.",
    )


class AssistantSettings(BaseModel):
    """How the company introduces itself, and where it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    company: str = Field(
        default="安和物业", min_length=1, description="The company's name in a reply's greeting."
    )
    estate: str = Field(
        default="澜庭雅苑", description="The estate's name in a reply's greeting; may be empty."
    )
    phones: tuple[str, ...] = Field(
        default=("8800-1999",),
        description="The company's public telephone numbers: the only ones that a reply may give "
        "without a source.",
    )
    time_zone: str = Field(
        default="Asia/Shanghai",
        min_length=1,
        description="Zone in which times without an offset are read, and moments are told.",
    )
    places: PlaceSettings = PlaceSettings()
    answer: AnswerSettings = AnswerSettings()
    gaps: GapSettings = GapSettings()
    retraining: RetrainingSettings = RetrainingSettings()
    llm: LanguageModelSettings = LanguageModelSettings()
