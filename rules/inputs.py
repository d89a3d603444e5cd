"""What the program can tell a table of a request, a fee, a visit: the columns it may read."""

from collections.abc import Mapping

from rules.tables import Field, Hit, TableShape
from rules.types import Milestone


def _fields(*fields: Field) -> Mapping[str, Field]:
    return {one.name: one for one in fields}


REQUEST = _fields(
    Field("kind", "enum", group="kinds"),
    Field("category", "enum", group="categories", optional=True),
    Field("department", "enum", group="departments", optional=True),
    Field("channel", "enum", group="channels", optional=True),
    Field("signals", "signals"),
    Field("repeat_count", "number", whole=True, least=0),
    Field("unattended_days", "number", whole=True, least=0),
    Field("incident_reports", "number", whole=True, least=0),
    Field("suspected_danger", "number", whole=True, least=0),
    Field("raised_tier", "enum", group="tiers", optional=True),
    Field("wished", "boolean"),
    Field("received_on", "date"),
)
"""The facts of a request (`types.Facts`); `received_on` is the day of receipt in the estate."""

_ONE = (Hit.FIRST, Hit.UNIQUE, Hit.PRIORITY)
_ALL = (Hit.COLLECT,)

SHAPES: Mapping[str, TableShape] = {
    "urgency": TableShape(("tier",), _ONE),
    "level": TableShape(("level",), _ONE),
    "routing": TableShape(("responsible", "leading"), _ONE),
    "deadlines": TableShape(tuple(Milestone), _ALL),
    "questions": TableShape(("question", "supposes"), _ALL),
    "ladder": TableShape(
        ("notify",),
        _ALL,
        _fields(Field("tier", "enum", group="tiers"), Field("elapsed_percent", "number", least=0)),
    ),
    "fees": TableShape(("action",), _ONE, _fields(Field("overdue_days", "number", whole=True))),
    "care": TableShape(
        ("action", "within_days", "every", "share_percent", "note"),
        _ONE,
        _fields(Field("occasion", "enum", group="care_occasions")),
    ),
    "targets": TableShape(("name", "at_least", "at_most", "unit"), _ALL, {}),
}
"""The tables that every rulebook has. Those without inputs of their own judge a request."""
