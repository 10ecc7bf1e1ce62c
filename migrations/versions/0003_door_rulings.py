"""door rulings"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.create_table('door_rulings',
    sa.Column('visit_id', sa.Uuid(), nullable=False),
    sa.Column('client_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('met', sa.String(), nullable=False),
    sa.Column('signs', JSONB, nullable=False),
    sa.Column('ruling', JSONB, nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['visit_id'], ['visits.id'], name=op.f('fk_door_rulings_visit_id_visits')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_door_rulings')),
    sa.UniqueConstraint('visit_id', 'client_id', name=op.f('uq_door_rulings_visit_id_client_id'))
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON door_rulings"
        " FOR EACH ROW EXECUTE FUNCTION doorstep_append_only()"
    )
    op.execute(
        "CREATE TRIGGER not_emptied BEFORE TRUNCATE ON door_rulings"
        " FOR EACH STATEMENT EXECUTE FUNCTION doorstep_append_only()"
    )


def downgrade() -> None:
    raise NotImplementedError("what was ruled at a door is proof: restore the database from before")
