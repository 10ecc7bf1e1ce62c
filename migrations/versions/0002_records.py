"""records"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    for table in ('blocks', 'consents', 'notices'):
        version(table)
    op.add_column('blocks', sa.Column('renewals', sa.BigInteger(), server_default=sa.text('0'), nullable=False))
    op.add_column('blocks', sa.Column('evidence', sa.String(), nullable=True))
    op.add_column('blocks', sa.Column('note', sa.String(), nullable=True))
    op.create_check_constraint(op.f('ck_blocks_renewals_not_negative'), 'blocks', 'renewals >= 0')
    op.add_column('consents', sa.Column('from_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('consents', sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('consents', sa.Column('how', sa.String(), server_default=sa.text("'other'"), nullable=False))
    op.add_column('consents', sa.Column('evidence', sa.String(), nullable=True))
    op.add_column('consents', sa.Column('note', sa.String(), nullable=True))
    op.add_column('notices', sa.Column('content', JSONB, server_default=sa.text("'[]'"), nullable=False))
    op.add_column('notices', sa.Column('acknowledged_at', sa.DateTime(timezone=True), nullable=True))
    op.create_table('quiet_windows',
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('borrower_key', sa.String(), nullable=False),
    sa.Column('weekday', sa.BigInteger(), nullable=False),
    sa.Column('opens_minute', sa.BigInteger(), nullable=False),
    sa.Column('closes_minute', sa.BigInteger(), nullable=False),
    sa.Column('channels', JSONB, nullable=False),
    sa.Column('place_kinds', JSONB, nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.Column('note', sa.String(), nullable=True),
    *version_columns(),
    sa.CheckConstraint('weekday BETWEEN 0 AND 6', name=op.f('ck_quiet_windows_weekday_of_a_week')),
    sa.CheckConstraint('0 <= opens_minute AND opens_minute < closes_minute AND closes_minute <= 1440', name=op.f('ck_quiet_windows_a_day')),
    sa.CheckConstraint('until_on IS NULL OR until_on >= from_on', name=op.f('ck_quiet_windows_ends_after_it_begins')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_quiet_windows_case_id_cases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quiet_windows')),
    sa.UniqueConstraint('record_id', 'revision', name=op.f('uq_quiet_windows_record_id_revision'))
    )
    op.create_index(op.f('ix_quiet_windows_borrower_key'), 'quiet_windows', ['borrower_key'], unique=False)
    present_once('quiet_windows')
    op.create_table('preferences',
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('borrower_key', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=True),
    sa.Column('same_gender', sa.Boolean(), nullable=True),
    sa.Column('place_kind', sa.String(), nullable=True),
    sa.Column('windows', JSONB, nullable=False),
    sa.Column('note', sa.String(), nullable=True),
    *version_columns(),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_preferences_case_id_cases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_preferences')),
    sa.UniqueConstraint('record_id', 'revision', name=op.f('uq_preferences_record_id_revision'))
    )
    present_once('preferences')
    op.create_index('uq_preferences_of_borrower', 'preferences', ['borrower_key'], unique=True, postgresql_where=sa.text('superseded_at IS NULL'))
    op.create_table('no_visit_entries',
    sa.Column('case_id', sa.Uuid(), nullable=True),
    sa.Column('borrower_key', sa.String(), nullable=True),
    sa.Column('region', sa.String(), nullable=True),
    sa.Column('address', sa.String(), nullable=True),
    sa.Column('address_key', sa.String(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.Column('lifted', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('note', sa.String(), nullable=True),
    *version_columns(),
    sa.CheckConstraint('(borrower_key IS NULL) <> (address_key IS NULL)', name=op.f('ck_no_visit_entries_borrower_or_address')),
    sa.CheckConstraint('(address_key IS NULL) = (address IS NULL)', name=op.f('ck_no_visit_entries_address_whole')),
    sa.CheckConstraint('address_key IS NULL OR region IS NOT NULL', name=op.f('ck_no_visit_entries_address_in_region')),
    sa.CheckConstraint('until_on IS NULL OR until_on >= from_on', name=op.f('ck_no_visit_entries_ends_after_it_begins')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_no_visit_entries_case_id_cases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_no_visit_entries')),
    sa.UniqueConstraint('record_id', 'revision', name=op.f('uq_no_visit_entries_record_id_revision'))
    )
    op.create_index(op.f('ix_no_visit_entries_borrower_key'), 'no_visit_entries', ['borrower_key'], unique=False)
    op.create_index(op.f('ix_no_visit_entries_region_address_key'), 'no_visit_entries', ['region', 'address_key'], unique=False)
    present_once('no_visit_entries')
    widen_ledger()
    keep_versions()


def version_columns() -> list[sa.Column]:
    return [
        sa.Column('record_id', sa.Uuid(), server_default=sa.text('gen_random_uuid()'), nullable=False),
        sa.Column('revision', sa.BigInteger(), server_default=sa.text('1'), nullable=False),
        sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('actor', sa.String(), server_default=sa.text("'system'"), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    ]


def version(table: str) -> None:
    """Rows that are there are the first versions of their records; those of an older process get defaults."""
    op.add_column(table, sa.Column('record_id', sa.Uuid(), nullable=True))
    op.execute(f"UPDATE {table} SET record_id = id")
    op.alter_column(table, 'record_id', server_default=sa.text('gen_random_uuid()'), nullable=False)
    op.add_column(table, sa.Column('revision', sa.BigInteger(), server_default=sa.text('1'), nullable=False))
    op.add_column(table, sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column(table, sa.Column('actor', sa.String(), server_default=sa.text("'system'"), nullable=False))
    op.create_unique_constraint(op.f(f'uq_{table}_record_id_revision'), table, ['record_id', 'revision'])
    present_once(table)


def present_once(table: str) -> None:
    op.create_index(f'uq_{table}_present', table, ['record_id'], unique=True, postgresql_where=sa.text('superseded_at IS NULL'))


def widen_ledger() -> None:
    """Corrections, and tallies of what is in the ledger by now, on the local days of the cases' regions."""
    op.add_column('contacts', sa.Column('corrects', sa.Uuid(), nullable=True))
    op.add_column('contacts', sa.Column('retracted', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.add_column('contacts', sa.Column('contact_point', sa.String(), nullable=True))
    op.add_column('contacts', sa.Column('address', sa.String(), nullable=True))
    op.add_column('contacts', sa.Column('source', sa.String(), nullable=True))
    op.add_column('contacts', sa.Column('counted_on', sa.Date(), nullable=True))
    op.create_unique_constraint(op.f('uq_contacts_case_id_corrects'), 'contacts', ['case_id', 'corrects'])
    op.create_foreign_key(op.f('fk_contacts_case_id_corrects_contacts'), 'contacts', 'contacts', ['case_id', 'corrects'], ['case_id', 'client_id'])
    op.create_check_constraint(op.f('ck_contacts_corrects_another'), 'contacts', 'corrects <> client_id')
    op.create_check_constraint(op.f('ck_contacts_retracts_something'), 'contacts', 'corrects IS NOT NULL OR NOT retracted')
    op.create_index('ix_contacts_uncounted', 'contacts', ['borrower_key'], unique=False, postgresql_where=sa.text('counted_on IS NULL'))
    op.create_table('contact_tallies',
    sa.Column('borrower_key', sa.String(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('contacted', sa.Boolean(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('number >= 0', name=op.f('ck_contact_tallies_number_not_negative')),
    sa.PrimaryKeyConstraint('borrower_key', 'day', 'channel', 'contacted', name=op.f('pk_contact_tallies'))
    )
    op.execute("ALTER TABLE contacts DISABLE TRIGGER append_only")
    op.execute("""
        UPDATE contacts SET counted_on = (contacts.at AT TIME ZONE coalesce(regions.time_zone, 'UTC'))::date
        FROM cases LEFT JOIN regions ON regions.code = cases.region WHERE cases.id = contacts.case_id
    """)
    op.execute("ALTER TABLE contacts ENABLE TRIGGER append_only")
    op.execute("""
        INSERT INTO contact_tallies (borrower_key, day, channel, contacted, number)
        SELECT borrower_key, counted_on, channel, contacted, count(*) FROM contacts GROUP BY 1, 2, 3, 4
    """)


# An older process beside this one closes a block in its row: its earlier version is kept for it.
OVERWRITTEN_BY_OLDER = ("blocks",)
VERSIONED = ("blocks", "consents", "notices", "quiet_windows", "preferences", "no_visit_entries")


def keep_versions() -> None:
    """A version is never changed or deleted: it only ends, once."""
    op.execute("""
        CREATE FUNCTION doorstep_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' OR OLD.superseded_at IS NOT NULL
                OR (to_jsonb(NEW) - 'superseded_at') <> (to_jsonb(OLD) - 'superseded_at') THEN
                RAISE EXCEPTION 'a version of a record of % is never changed or deleted, it is superseded', TG_TABLE_NAME
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
    """)
    op.execute("""
        CREATE FUNCTION doorstep_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_WHEN = 'AFTER' THEN
                IF NEW.superseded_at IS NULL THEN
                    OLD.superseded_at := NEW.made_at;
                    OLD.id := gen_random_uuid();
                    EXECUTE format('INSERT INTO %I SELECT ($1).*', TG_TABLE_NAME) USING OLD;
                END IF;
                RETURN NULL;
            END IF;
            IF OLD.superseded_at IS NULL AND NEW.superseded_at IS NULL THEN
                NEW.made_at := clock_timestamp();
                NEW.revision := OLD.revision + 1;
                RETURN NEW;
            END IF;
            IF OLD.superseded_at IS NOT NULL
                OR (to_jsonb(NEW) - 'superseded_at') <> (to_jsonb(OLD) - 'superseded_at') THEN
                RAISE EXCEPTION 'a version of a record of % is never changed, it is superseded', TG_TABLE_NAME
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
    """)
    for table in VERSIONED:
        overwritten = table in OVERWRITTEN_BY_OLDER
        events = "DELETE" if overwritten else "UPDATE OR DELETE"
        op.execute(
            f"CREATE TRIGGER ends_once BEFORE {events} ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION doorstep_ends_once()"
        )
        op.execute(
            f"CREATE TRIGGER not_emptied BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION doorstep_append_only()"
        )
        for when in ("BEFORE", "AFTER") if overwritten else ():
            op.execute(
                f"CREATE TRIGGER keep_version_{when.lower()} {when} UPDATE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION doorstep_keep_version()"
            )


def downgrade() -> None:
    raise NotImplementedError("records are not thrown away: restore the database from before")
