"""Requests merged into others, messages of one request, vectors of texts, incidents.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.String(32)


def _request_key(table: str, column: str = "request_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["requests.id"], name=f"fk_{table}_{column}_requests")


def upgrade() -> None:
    op.create_table(
        "merges",
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("into_id", sa.String(64), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        _request_key("merges"),
        _request_key("merges", "into_id"),
        sa.PrimaryKeyConstraint("request_id", name="pk_merges"),
    )
    op.create_index("ix_merges_into_id", "merges", ["into_id"])
    op.create_table(
        "parts",
        sa.Column("message_id", sa.String(64), nullable=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _request_key("parts"),
        sa.PrimaryKeyConstraint("message_id", name="pk_parts"),
    )
    op.create_index("ix_parts_request_id", "parts", ["request_id"])
    op.create_table(
        "vectors",
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("encoder", sa.String(200), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        _request_key("vectors"),
        sa.PrimaryKeyConstraint("request_id", name="pk_vectors"),
    )
    op.create_table(
        "incidents",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("about", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
    )
    op.create_table(
        "incident_requests",
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        _request_key("incident_requests"),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name="fk_incident_requests_incident_id_incidents"
        ),
        sa.PrimaryKeyConstraint("request_id", name="pk_incident_requests"),
    )
    op.create_index("ix_incident_requests_incident_id", "incident_requests", ["incident_id"])
    # a message of a sender looks for his request of a moment ago
    op.create_index("ix_requests_sender_channel", "requests", ["sender", "channel"])


def downgrade() -> None:
    op.drop_index("ix_requests_sender_channel", "requests")
    for table in ("incident_requests", "incidents", "vectors", "parts", "merges"):
        op.drop_table(table)
