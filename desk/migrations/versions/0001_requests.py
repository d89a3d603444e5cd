"""Requests with their time limits and their history.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.String(32)


def upgrade() -> None:
    op.create_table(
        "requests",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("sender", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("department", sa.String(30), nullable=False),
        sa.Column("category", sa.String(30)),
        sa.Column("tier", sa.String(20), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("location", sa.JSON(), nullable=False),
        sa.Column("rulebook", sa.String(200), nullable=False),
        sa.Column("triage", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_requests"),
    )
    op.create_table(
        "deadlines",
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("milestone", sa.String(20), nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("clock", sa.String(20), nullable=False),
        sa.Column("limit", sa.String(60), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("provisional", sa.Integer(), nullable=False),
        sa.Column("after_completion", sa.Integer()),
        sa.Column("met_at", MOMENT),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name="fk_deadlines_request_id_requests"
        ),
        sa.PrimaryKeyConstraint("request_id", "milestone", name="pk_deadlines"),
    )
    op.create_index("ix_deadlines_due_at", "deadlines", ["due_at"])
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name="fk_events_request_id_requests"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_index("ix_events_request_id", "events", ["request_id"])


def downgrade() -> None:
    op.drop_table("events")
    op.drop_table("deadlines")
    op.drop_table("requests")
