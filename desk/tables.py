"""Tables of the desk. Changes to them go through an Alembic migration."""

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    }
)

# Moments are ISO 8601 text in UTC: they sort as time on every database and keep no driver's habits.
MOMENT = String(32)

requests = Table(
    "requests",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("received_at", MOMENT, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("sender", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("department", String(30), nullable=False),
    Column("category", String(30)),
    Column("tier", String(20), nullable=False),
    Column("level", Integer, nullable=False),
    Column("stage", String(20), nullable=False),
    Column("location", JSON, nullable=False),
    Column("rulebook", String(200), nullable=False),
    Column("triage", JSON, nullable=False),
    # what the rules judged by and what they said, as canonical JSON; older requests have neither
    Column("facts", JSON(none_as_null=True)),
    Column("decision", Text),
)

deadlines = Table(
    "deadlines",
    metadata,
    Column("request_id", ForeignKey("requests.id"), primary_key=True),
    Column("milestone", String(20), primary_key=True),
    Column("due_at", MOMENT),
    Column("clock", String(20), nullable=False),
    Column("limit", String(60), nullable=False),
    Column("note", String(200), nullable=False),
    Column("provisional", Integer, nullable=False),
    # seconds on the clock, for a limit that counts from completion
    Column("after_completion", Integer),
    Column("met_at", MOMENT),
    Index(None, "due_at"),
)

# append-only: what happened to a request, when, and by whom
events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("request_id", ForeignKey("requests.id"), nullable=False, index=True),
    Column("at", MOMENT, nullable=False),
    Column("actor", String(100), nullable=False),
    Column("type", String(40), nullable=False),
    Column("data", JSON, nullable=False),
)

# append-only: what people set right in a triage; a later row that undoes one names it
corrections = Table(
    "corrections",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("request_id", ForeignKey("requests.id"), nullable=False, index=True),
    Column("field", String(60), nullable=False),
    Column("before", JSON),
    Column("after", JSON),
    Column("reason", String(500), nullable=False),
    Column("actor", String(100), nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("undoes", ForeignKey("corrections.id"), unique=True),
)
