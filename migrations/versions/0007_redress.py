"""redress: complaints, hardship reviews, relief offers, and decisions that wait for a second person"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())
RECORDS = ('complaints', 'hardship_reviews', 'relief_offers')


def upgrade() -> None:
    op.create_table('complaints',
    *borrower(),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_by', sa.String(), nullable=False),
    sa.Column('complainant', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('visit_id', sa.Uuid(), nullable=True),
    sa.Column('about_subject', sa.String(), nullable=True),
    sa.Column('about_investigator_id', sa.Uuid(), nullable=True),
    sa.Column('policy', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('complexity', sa.String(), nullable=False),
    sa.Column('acknowledge_due_on', sa.Date(), nullable=False),
    sa.Column('resolve_due_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('acknowledged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('acknowledged_by', sa.String(), nullable=True),
    sa.Column('papers_wanted', JSONB, nullable=False),
    sa.Column('extension_reason', sa.String(), nullable=True),
    sa.Column('extension_asked_by', sa.String(), nullable=True),
    sa.Column('extended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('extended_by', sa.String(), nullable=True),
    sa.Column('outcome', sa.String(), nullable=True),
    sa.Column('answer', sa.String(), nullable=True),
    sa.Column('redress', sa.String(), nullable=True),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resolved_by', sa.String(), nullable=True),
    sa.CheckConstraint("(state = 'resolved') = (resolved_at IS NOT NULL)", name=op.f('ck_complaints_resolved_whole')),
    sa.CheckConstraint("(state = 'resolved') = (outcome IS NOT NULL)", name=op.f('ck_complaints_outcome_when_resolved')),
    sa.CheckConstraint('extended_at IS NULL OR extension_asked_by <> extended_by', name=op.f('ck_complaints_extended_by_another')),
    *version('complaints')
    )
    op.create_index('ix_complaints_due', 'complaints', ['resolve_due_on'], unique=False, postgresql_where=sa.text("superseded_at IS NULL AND state <> 'resolved'"))
    op.create_table('hardship_reviews',
    *borrower(),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_by', sa.String(), nullable=False),
    sa.Column('grounds', JSONB, nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('urgent', sa.Boolean(), nullable=False),
    sa.Column('policy', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=True),
    sa.Column('measures', JSONB, nullable=False),
    sa.Column('adjustments', JSONB, nullable=False),
    sa.Column('look_again_on', sa.Date(), nullable=True),
    sa.Column('visits_blocked', sa.Boolean(), nullable=True),
    sa.Column('note', sa.String(), nullable=True),
    sa.Column('concluded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('concluded_by', sa.String(), nullable=True),
    sa.CheckConstraint("(state = 'concluded') = (concluded_at IS NOT NULL)", name=op.f('ck_hardship_reviews_concluded_whole')),
    sa.CheckConstraint("(state = 'concluded') = (outcome IS NOT NULL)", name=op.f('ck_hardship_reviews_outcome_when_concluded')),
    *version('hardship_reviews')
    )
    op.create_index('ix_hardship_reviews_due', 'hardship_reviews', ['due_on'], unique=False, postgresql_where=sa.text("superseded_at IS NULL AND state = 'open'"))
    op.create_table('relief_offers',
    *borrower(),
    sa.Column('kind', sa.String(), nullable=True),
    sa.Column('terms', sa.String(), nullable=False),
    sa.Column('offered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('channel', sa.String(), nullable=True),
    sa.Column('offered_by', sa.String(), nullable=False),
    sa.Column('valid_until_on', sa.Date(), nullable=True),
    sa.Column('response', sa.String(), nullable=True),
    sa.Column('responded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('note', sa.String(), nullable=True),
    sa.Column('decision_id', sa.Uuid(), nullable=True),
    sa.Column('report_id', sa.Uuid(), nullable=True),
    sa.Column('option', sa.String(), nullable=True),
    sa.CheckConstraint('(offered_at IS NULL) = (channel IS NULL)', name=op.f('ck_relief_offers_put_whole')),
    sa.CheckConstraint('(response IS NULL) = (responded_at IS NULL)', name=op.f('ck_relief_offers_answered_whole')),
    sa.CheckConstraint('response IS NULL OR offered_at IS NOT NULL', name=op.f('ck_relief_offers_answered_when_put')),
    *version('relief_offers')
    )
    op.create_index(op.f('ix_relief_offers_case_id'), 'relief_offers', ['case_id'], unique=False)
    for table in RECORDS:
        keep(table)
    add_proposals()


def borrower() -> tuple[sa.Column, ...]:
    return (
        sa.Column('case_id', sa.Uuid(), nullable=False),
        sa.Column('borrower_key', sa.String(), nullable=False),
        sa.Column('told_by', sa.String(), nullable=True),
    )


def version(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column('record_id', sa.Uuid(), server_default=sa.text('gen_random_uuid()'), nullable=False),
        sa.Column('revision', sa.BigInteger(), server_default=sa.text('1'), nullable=False),
        sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('actor', sa.String(), server_default=sa.text("'system'"), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f(f'fk_{table}_case_id_cases')),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{table}')),
        sa.UniqueConstraint('record_id', 'revision', name=op.f(f'uq_{table}_record_id_revision')),
    )


def keep(table: str) -> None:
    """A version is never changed or deleted, it only ends; and what was told elsewhere is one record."""
    present = sa.text('superseded_at IS NULL')
    op.create_index(op.f(f'ix_{table}_borrower_key'), table, ['borrower_key'], unique=False)
    op.create_index(f'uq_{table}_present', table, ['record_id'], unique=True, postgresql_where=present)
    op.create_index(f'uq_{table}_told_once', table, ['told_by'], unique=True, postgresql_where=present)
    op.execute(
        f"CREATE TRIGGER ends_once BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION doorstep_ends_once()"
    )
    op.execute(
        f"CREATE TRIGGER not_emptied BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION doorstep_append_only()"
    )


def add_proposals() -> None:
    """Legal steps that were decided before were carried out at once: they are no proposals."""
    op.add_column('decisions', sa.Column('is_proposal', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.add_column('decisions', sa.Column('look_on', sa.Date(), nullable=True))
    op.create_table('decision_endings',
    sa.Column('decision_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('confirmed', 'rejected', 'withdrawn', 'voided')", name=op.f('ck_decision_endings_state_of_an_ending')),
    sa.ForeignKeyConstraint(['decision_id'], ['decisions.id'], name=op.f('fk_decision_endings_decision_id_decisions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision_endings')),
    sa.UniqueConstraint('decision_id', name=op.f('uq_decision_endings_decision_id'))
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON decision_endings"
        " FOR EACH ROW EXECUTE FUNCTION doorstep_append_only()"
    )
    op.execute(
        "CREATE TRIGGER not_emptied BEFORE TRUNCATE ON decision_endings"
        " FOR EACH STATEMENT EXECUTE FUNCTION doorstep_append_only()"
    )


def downgrade() -> None:
    raise NotImplementedError("what a borrower is owed is not thrown away: restore the database from before")
