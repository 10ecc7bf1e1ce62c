"""ended relief"""

from alembic import op
import sqlalchemy as sa

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('relief_offers', sa.Column('ending', sa.String(), nullable=True))
    op.add_column('relief_offers', sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(op.f('ck_relief_offers_ended_whole'), 'relief_offers', '(ending IS NULL) = (ended_at IS NULL)')
    op.create_check_constraint(op.f('ck_relief_offers_ended_when_accepted'), 'relief_offers', "ending IS NULL OR response = 'accepted'")


def downgrade() -> None:
    op.drop_constraint(op.f('ck_relief_offers_ended_when_accepted'), 'relief_offers')
    op.drop_constraint(op.f('ck_relief_offers_ended_whole'), 'relief_offers')
    op.drop_column('relief_offers', 'ended_at')
    op.drop_column('relief_offers', 'ending')
