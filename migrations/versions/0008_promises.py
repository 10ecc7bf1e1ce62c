"""promises to pay with their history, and drafts held against the figures"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.add_column('assessments', sa.Column('drafted', JSONB, nullable=True))
    op.alter_column('promises_to_pay', 'visit_id', nullable=True)
    op.add_column('promises_to_pay', sa.Column('client_id', sa.Uuid(), nullable=True))
    # an older process beside this one writes no such instant: it makes its promises just now
    op.add_column('promises_to_pay', sa.Column('promised_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False))
    op.execute("UPDATE promises_to_pay SET promised_at = made_at")
    op.add_column('promises_to_pay', sa.Column('paid_minor', sa.BigInteger(), server_default=sa.text('0'), nullable=False))
    op.create_unique_constraint(op.f('uq_promises_to_pay_case_id_client_id'), 'promises_to_pay', ['case_id', 'client_id'])
    op.create_check_constraint(op.f('ck_promises_to_pay_made_once'), 'promises_to_pay', '(visit_id IS NULL) <> (client_id IS NULL)')
    op.create_index(op.f('ix_promises_to_pay_state_due_on'), 'promises_to_pay', ['state', 'due_on'], unique=False)
    op.create_table('promise_events',
    sa.Column('promise_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('paid_minor', sa.BigInteger(), nullable=False),
    sa.Column('update_id', sa.Uuid(), nullable=True),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['promise_id'], ['promises_to_pay.id'], name=op.f('fk_promise_events_promise_id_promises_to_pay')),
    sa.ForeignKeyConstraint(['update_id'], ['account_updates.id'], name=op.f('fk_promise_events_update_id_account_updates')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_promise_events')),
    sa.UniqueConstraint('promise_id', 'update_id', name=op.f('uq_promise_events_promise_id_update_id'))
    )
    op.create_index(op.f('ix_promise_events_promise_id_id'), 'promise_events', ['promise_id', 'id'], unique=False)
    op.execute(
        "INSERT INTO promise_events (id, made_at, promise_id, state, paid_minor, actor)"
        " SELECT gen_random_uuid(), made_at, id, state, 0, 'system' FROM promises_to_pay"
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON promise_events"
        " FOR EACH ROW EXECUTE FUNCTION doorstep_append_only()"
    )
    op.execute(
        "CREATE TRIGGER not_emptied BEFORE TRUNCATE ON promise_events"
        " FOR EACH STATEMENT EXECUTE FUNCTION doorstep_append_only()"
    )


def downgrade() -> None:
    raise NotImplementedError("the history of promises is not thrown away: restore the database from before")
