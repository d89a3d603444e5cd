"""What a request was judged by and what was decided, so that a decision can be replayed.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("requests", sa.Column("facts", sa.JSON()))
    op.add_column("requests", sa.Column("decision", sa.Text()))


def downgrade() -> None:
    op.drop_column("requests", "decision")
    op.drop_column("requests", "facts")
