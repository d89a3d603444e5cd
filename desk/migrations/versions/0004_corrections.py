"""What people set right in a triage, to judge the request again and to train from.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("field", sa.String(60), nullable=False),
        sa.Column("before", sa.JSON()),
        sa.Column("after", sa.JSON()),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("undoes", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name="fk_corrections_request_id_requests"
        ),
        sa.ForeignKeyConstraint(
            ["undoes"], ["corrections.id"], name="fk_corrections_undoes_corrections"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
        sa.UniqueConstraint("undoes", name="uq_corrections_undoes"),
    )
    op.create_index("ix_corrections_request_id", "corrections", ["request_id"])


def downgrade() -> None:
    op.drop_table("corrections")
