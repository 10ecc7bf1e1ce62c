"""webhooks"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.create_table('webhooks',
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('regions', JSONB, nullable=False),
    sa.Column('url', sa.String(), nullable=False),
    sa.Column('events', JSONB, nullable=False),
    sa.Column('description', sa.String(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('disabled_reason', sa.String(), nullable=True),
    sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failing_since_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('secret', sa.String(), nullable=True),
    sa.Column('previous_secret', sa.String(), nullable=True),
    sa.Column('previous_secret_until_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revision', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("(state = 'disabled') = (disabled_reason IS NOT NULL)", name=op.f('ck_webhooks_disabled_for_a_reason')),
    sa.CheckConstraint("(secret IS NULL) = (state = 'deleted')", name=op.f('ck_webhooks_secret_until_deleted')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhooks'))
    )
    op.create_index(op.f('ix_webhooks_owner'), 'webhooks', ['owner'], unique=False)
    op.create_index('ix_webhooks_active', 'webhooks', ['id'], unique=False, postgresql_where=sa.text("state = 'active'"))
    op.create_table('webhook_deliveries',
    sa.Column('webhook_id', sa.Uuid(), nullable=False),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('event', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('tries', sa.BigInteger(), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('delivered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('tries >= 0', name=op.f('ck_webhook_deliveries_tries_not_negative')),
    sa.ForeignKeyConstraint(['webhook_id'], ['webhooks.id'], name=op.f('fk_webhook_deliveries_webhook_id_webhooks')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_deliveries'))
    )
    op.create_index(op.f('ix_webhook_deliveries_webhook_id_id'), 'webhook_deliveries', ['webhook_id', 'id'], unique=False)
    op.create_index('ix_webhook_deliveries_open', 'webhook_deliveries', ['webhook_id'], unique=False, postgresql_where=sa.text("state IN ('queued', 'trying')"))
    op.create_table('webhook_attempts',
    sa.Column('delivery_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('duration_milliseconds', sa.BigInteger(), nullable=False),
    sa.Column('response_status', sa.BigInteger(), nullable=True),
    sa.Column('error', sa.String(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['delivery_id'], ['webhook_deliveries.id'], name=op.f('fk_webhook_attempts_delivery_id_webhook_deliveries')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_attempts')),
    sa.UniqueConstraint('delivery_id', 'number', name=op.f('uq_webhook_attempts_delivery_id_number'))
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON webhook_attempts"
        " FOR EACH ROW EXECUTE FUNCTION doorstep_append_only()"
    )
    op.execute(
        "CREATE TRIGGER not_emptied BEFORE TRUNCATE ON webhook_attempts"
        " FOR EACH STATEMENT EXECUTE FUNCTION doorstep_append_only()"
    )


def downgrade() -> None:
    op.drop_table('webhook_attempts')
    op.drop_table('webhook_deliveries')
    op.drop_table('webhooks')
