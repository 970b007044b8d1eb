"""The migrations make the tables that the code knows, on SQLite and PostgreSQL, and can be run again."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from models import metadata

pytestmark = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)


def test_the_migrations_lead_to_the_tables_that_the_code_knows(parts):
    parts.store.migrate()
    with parts.store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
