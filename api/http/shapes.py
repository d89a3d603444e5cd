"""Shapes of the HTTP interface, with the examples that OpenAPI shows."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Channel = Literal["hotline", "app", "wechat", "front_desk", "email", "other"]


class Shape(BaseModel):
    """Requests refuse unknown fields, so that a typing error is seen at once."""

    model_config = ConfigDict(extra="forbid")


class MessageIn(Shape):
    """一条来件。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "text": "3栋2单元电梯停在5楼不动，里面有人出不来",
                    "received_at": "2026-11-20T21:05:00+08:00",
                    "channel": "hotline",
                }
            ]
        },
    )

    text: str = Field(description="来件原文，最多 100000 字。")
    id: str = Field(default="", max_length=64, description="来件编号；不给则由系统编号。")
    received_at: datetime | None = Field(default=None, description="收到的时间；不给则为现在。")
    channel: Channel = Field(default="other", description="渠道。")
    sender: str = Field(default="", max_length=200, description="来件人，只留在本机。")


class QuestionIn(Shape):
    """一个问题。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"question": "物业费逾期45天怎么催缴？"},
                {"question": "那周末呢", "turns": ["装修几点可以施工？"]},
            ]
        },
    )

    question: str = Field(description="问题，最多 2000 字。")
    turns: list[Annotated[str, Field(max_length=2000)]] = Field(
        default=[], max_length=20, description="此前问过的问题，先问的在前；问题承接它们时会补全。"
    )
    as_of: date | None = Field(default=None, description="按哪一天有效的资料回答；不给则为今天。")


class MilestoneIn(Shape):
    """一个时限节点已经达成。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"milestone": "acknowledge", "actor": "客服甲"}]},
    )

    milestone: Literal["acknowledge", "dispatch", "on_site", "reply", "resolve", "return_visit"]
    actor: str = Field(min_length=1, max_length=100, description="经手人。")


class DrillAnswerIn(Shape):
    """一道练习的作答。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"case_id": "case-2026-001", "kind": "repair", "tier": "urgent", "level": 2}
            ]
        },
    )

    case_id: str
    kind: str
    tier: str
    level: int = Field(ge=1, le=3)
    trainee: str = Field(default="", max_length=100)


class HitOut(BaseModel):
    """一条搜索结果。"""

    chunk_id: str
    document_id: str
    type: str
    title: str
    section: list[str]
    text: str
    score: float
    source: str
    page: int | None = None
    arms: dict[str, float] = {}
    references: list[str] = []
    version: str | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    state: str = Field(default="现行", description="资料今天的状态。")


class CitationOut(BaseModel):
    """一处出处。"""

    chunk_id: str
    document_id: str
    title: str
    section: list[str]
    text: str
    source: str
    page: int | None = None
    version: str | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    state: str = Field(default="现行", description="资料今天的状态。")


class AnswerSegmentOut(BaseModel):
    text: str
    citations: list[int]


class ConflictOut(BaseModel):
    """两处资料说法不一，由客服核实。"""

    text: str
    citations: list[int]
    segments: list[int] = Field(description="说法有争议的句子。")


class PossibleOut(BaseModel):
    """可能回答了问题的一句话，和它的出处。"""

    text: str
    citation: CitationOut


class AnswerOut(BaseModel):
    """带出处的回答；`abstained` 为真时知识库没有说明。"""

    question: str = Field(description="原来的问题。")
    asked_as: str = Field(description="实际查询的问题；承接前文时由前文补全，否则就是原来的问题。")
    answer: str
    abstained: bool
    segments: list[AnswerSegmentOut]
    citations: list[CitationOut]
    nearest: list[str]
    possible: list[PossibleOut] = Field(
        description="没有明确答案时，可能相关、要由人核对的句子；不会写进草稿。"
    )
    took_ms: float
    confidence: float = Field(description="0 到 1，首选依据回答了这个问题的可能性。")
    conflicts: list[ConflictOut]
    answer_id: str = Field(description="反馈时使用的编号；不记录问题时为空。")


class FindingOut(BaseModel):
    """检查发现的一个问题。"""

    code: str
    severity: Literal["error", "warning", "hint"]
    document_id: str
    chunk_id: str | None
    section: list[str]
    message: str
    remedy: str


class SignalOut(BaseModel):
    code: str
    evidence: str
    start: int
    end: int
    value: int | None = None


class DeadlineOut(BaseModel):
    milestone: str
    due_at: datetime | None
    clock: str
    model_config = ConfigDict(extra="allow")


class BecauseOut(BaseModel):
    rule: str
    text: str
    source: str


class OpinionOut(BaseModel):
    code: str
    confidence: float = Field(description="校准过的概率，0 到 1。")


class AuthorityOut(BaseModel):
    code: str
    label: str
    contact: str


class WishOut(BaseModel):
    text: str
    start: int
    end: int
    at: datetime
    until: datetime | None


class DetailsOut(BaseModel):
    contacts: list[str]
    plates: list[str]
    wish: WishOut | None


class PartOut(BaseModel):
    text: str
    start: int
    end: int
    kind: str
    department: str
    category: str | None


class TriageOut(BaseModel):
    """分诊结果，与命令行 `guanjia triage --json` 相同。"""

    model_config = ConfigDict(extra="allow")

    id: str
    kind: str
    kind_confidence: float
    kinds: list[OpinionOut] = Field(description="最可能的类型；很接近时有第二个。")
    department: str
    departments: list[OpinionOut] = Field(description="最可能的部门；很接近时有第二个。")
    category: str | None
    in_scope: bool = Field(description="物业能不能办；不能办的由 authority 办。")
    authority: AuthorityOut | None = Field(description="物业管不了的，归谁管。")
    signals: list[SignalOut]
    suggested: list[OpinionOut] = Field(description="模型怀疑、原话不能证明的人身安全情形。")
    location: dict[str, Any]
    details: DetailsOut
    parts: list[PartOut] = Field(description="一条来件里的几件事；只有一件时为空。")
    tier: str
    level: int
    responsible: str = Field(description="首责部门。")
    leading: str = Field(description="牵头部门；只涉及一个部门时与首责部门相同。")
    deadlines: list[DeadlineOut]
    because: list[BecauseOut]
    rulebook: str
    ask_next: list[str]
    language: str
    script: str


class DraftSegmentOut(BaseModel):
    role: str
    text: str
    citations: list[int]
    rules: list[str]


class CommitmentOut(BaseModel):
    milestone: str
    due_at: datetime | None
    limit: str
    rule: str


class ViolationOut(BaseModel):
    """回复里不该说的一处；segment 为 -1 表示整封缺少什么。"""

    segment: int
    start: int
    end: int
    code: str
    text: str
    reason: str
    correct: str | None = None


class DraftOut(TriageOut):
    """分诊结果，加上可以发送的回复草稿。"""

    text: str
    segments: list[DraftSegmentOut]
    citations: list[CitationOut]
    commitments: list[CommitmentOut]
    warnings: list[str]
    backend: str = Field(description="谁措的辞：composed 为系统草稿，否则是模型的名字。")
    note: str = Field(default="", description="模型没有用上或只用上一部分时，原因在这里。")
    violations: list[ViolationOut] = Field(default=[], description="护栏发现的问题。")


class ProblemOut(BaseModel):
    """RFC 9457 问题文档。"""

    type: str
    title: str
    status: int
    detail: str
    instance: str
