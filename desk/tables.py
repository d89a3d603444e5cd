"""Tables of the desk. Changes to them go through an Alembic migration."""

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
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
    Index(None, "sender", "channel"),
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

# a request that was merged into another, for as long as it is; `stage` is the one it had before
merges = Table(
    "merges",
    metadata,
    Column("request_id", ForeignKey("requests.id"), primary_key=True),
    Column("into_id", ForeignKey("requests.id"), nullable=False, index=True),
    Column("stage", String(20), nullable=False),
)

# the messages of a request that is more than one; a request of one message has none
parts = Table(
    "parts",
    metadata,
    Column("message_id", String(64), primary_key=True),
    Column("request_id", ForeignKey("requests.id"), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("received_at", MOMENT, nullable=False),
    Column("text", Text, nullable=False),
)

# the vector of a request's text by one encoder, as 16-bit floats, so that a restart encodes nothing
vectors = Table(
    "vectors",
    metadata,
    Column("request_id", ForeignKey("requests.id"), primary_key=True),
    Column("encoder", String(200), nullable=False),
    Column("vector", LargeBinary, nullable=False),
)

# one thing that happened in one place and was reported by several
incidents = Table(
    "incidents",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("started_at", MOMENT, nullable=False),
    Column("last_at", MOMENT, nullable=False),
    Column("about", String(200), nullable=False),
)

incident_requests = Table(
    "incident_requests",
    metadata,
    Column("request_id", ForeignKey("requests.id"), primary_key=True),
    Column("incident_id", ForeignKey("incidents.id"), nullable=False, index=True),
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
