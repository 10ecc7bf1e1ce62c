"""contact profiles"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.create_table('contact_profile_versions',
    sa.Column('profile_id', sa.String(), nullable=False),
    sa.Column('version', sa.String(), nullable=False),
    sa.Column('document', JSONB, nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_profile_versions')),
    sa.UniqueConstraint('profile_id', 'version', name=op.f('uq_contact_profile_versions_profile_id_version'))
    )
    op.create_table('contact_profile_switches',
    sa.Column('profile_id', sa.String(), nullable=False),
    sa.Column('enforced', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_profile_switches'))
    )
    op.create_index(op.f('ix_contact_profile_switches_profile_id_made_at'), 'contact_profile_switches', ['profile_id', 'made_at'], unique=False)
    op.create_table('lender_profiles',
    sa.Column('lender', sa.String(), nullable=False),
    sa.Column('profiles', JSONB, nullable=False),
    sa.Column('revision', sa.BigInteger(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lender_profiles'))
    )
    op.create_index(op.f('ix_lender_profiles_lender_made_at'), 'lender_profiles', ['lender', 'made_at'], unique=False)
    op.create_table('region_laws',
    sa.Column('region', sa.String(), nullable=False),
    sa.Column('time_zone', sa.String(), nullable=False),
    sa.Column('holidays', sa.String(), nullable=True),
    sa.Column('profiles', JSONB, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['region'], ['regions.code'], name=op.f('fk_region_laws_region_regions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_region_laws'))
    )
    op.create_index(op.f('ix_region_laws_region_made_at'), 'region_laws', ['region', 'made_at'], unique=False)
    op.execute(
        "INSERT INTO region_laws (id, made_at, region, time_zone, holidays, profiles)"
        " SELECT gen_random_uuid(), made_at, code, time_zone, holidays, profiles FROM regions"
    )
    op.add_column('visit_events', sa.Column('papers', JSONB, nullable=True))
    for table in ('contact_profile_versions', 'contact_profile_switches', 'lender_profiles', 'region_laws'):
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION doorstep_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER not_emptied BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION doorstep_append_only()"
        )


def downgrade() -> None:
    raise NotImplementedError("a replay asks for the law as it was known: restore the database from before")
