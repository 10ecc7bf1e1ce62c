"""brief reports"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

BRIEF = "((body)::jsonb - 'rulings'::text) #- '{affordability,derivation}'::text[]"


def upgrade() -> None:
    op.add_column('case_reports', sa.Column('brief', postgresql.JSONB(astext_type=sa.Text()), sa.Computed(BRIEF, persisted=True), nullable=False))


def downgrade() -> None:
    op.drop_column('case_reports', 'brief')
