"""policies of assessments, corrected findings"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.create_table('affordability_policies',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('version', sa.String(), nullable=False),
    sa.Column('document', JSONB, nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_affordability_policies')),
    sa.UniqueConstraint('name', 'version', name=op.f('uq_affordability_policies_name_version'))
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON affordability_policies"
        " FOR EACH ROW EXECUTE FUNCTION doorstep_append_only()"
    )
    op.execute(
        "CREATE TRIGGER not_emptied BEFORE TRUNCATE ON affordability_policies"
        " FOR EACH STATEMENT EXECUTE FUNCTION doorstep_append_only()"
    )
    op.add_column('findings', sa.Column('correction', sa.String(), nullable=True))
    op.add_column('assessments', sa.Column('number', sa.BigInteger(), server_default=sa.text('1'), nullable=False))
    op.create_check_constraint(op.f('ck_assessments_number_from_one'), 'assessments', 'number >= 1')
    op.drop_constraint('uq_assessments_visit_id', 'assessments', type_='unique')
    op.create_unique_constraint(op.f('uq_assessments_visit_id_number'), 'assessments', ['visit_id', 'number'])


def downgrade() -> None:
    raise NotImplementedError("facts are not thrown away: restore a backup")
