"""The migrations make the tables that the code knows, on SQLite and PostgreSQL, from every version there ever was.

A landed migration is never edited: databases have run it. Change tables by a new file, and add its line to LANDED.
"""

import re
from hashlib import sha256

import pytest
from alembic import command, op
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from auction.base import config as settings
from auction.database.store import MIGRATIONS, Store, versions
from models import metadata

from .. import postgres
from ..serving import Person, Server

LANDED = {
    "0001_first_tables.py": "b705f3fd25c23f6269e6e6280616ae43d52fdce6ac3189ce50cec2bee87c1c05",
    "0002_what_early_first_tables_lack.py": "f2fc9c65128002c19c7b857b5269dac4e64ddd3a9f1bd04c38b2f382d4b4f3eb",
    "0003_consignors.py": "10c367b97e7ce9a0933893df267c1a9f04bbf4617c69db26898ec0433db32519",
    "0004_sale_people.py": "7aed971b0f028432d260db28ff3363553f359047b8d85b808f0ff8082dd13afd",
    "0005_salts.py": "9477b22689559ad8ccf9a3aea34d7854759ce8c14e95f6df48e4e8336f5649c4",
    "0006_channels_and_defaults.py": "39885fff610e40ccea78b7cf44a477464af4f417f9302a68a893568d938ea64b",
    "0007_claims.py": "3a95ba8953ca9a7ed896dc19dd876802e896925ae349d064e49aecc255814fba",
    "0008_resets.py": "e5bb48855a5a577ad3cd7f4a0a2b39ffb3b142d5e0e55bd96453b0ebd2b71b56",
    "0009_ledger.py": "fd66e54c78d3b76128bba258ab3fa93792eb0f48cf93c111fa2ccf8de491b97e",
    "0010_papers.py": "3365f3064192afa26b0d2e7138d2da734d39352bfb03f8437005244391883f61",
    "0011_patents_texts.py": "f944d5ef9f0322d61379d1b80627a9a65840237873f2bccc4e77564bf981195b",
    "0012_access_tokens.py": "a976cdc7876a88ad23ca3cef7d7e3e437182e00c188b5418d5071d4f62b4f083",
    "0013_house_columns.py": "a7a48fb51ea6d72f4f2be1d6689a41e117ffae1527170b89a07b6854b2524cd3",
    "0023_start_agreements.py": "91fbf91cf216b97e0cf41ecaa511d597aa06331d0cac4b6ba251e54b37788d9c",
    "0021_bidder_files.py": "9ebef97c1bc97f5b6662e6bafe8796b948d946e79498064cd86500601eb9c1c5",
    "0019_letters.py": "95c9a450fa9ff781966d7e7497491f6711a3ee0a3c45e62ad1d9c474bee25a0b",
    "0018_interest.py": "0e3b549cc666de560d86fb91d54210ccad61dfa22dcee8cfcf274e4835432e1d",
    "0015_cases.py": "3f9917e6326bc65b42924e0f98bf47113e560030637c07d8ddbf82696bc9a6e7",
    "0014_webhooks.py": "9ceadaf0765c1d01cf2ad15dda9300097ec18357eb3cf370298e9bab799752b5",
    "0016_files.py": "074d65cb7cfa888aff8f29da3775e60853e8b1e15f68fa443c1e40e8ae415442",
    "0017_trail_and_privacy.py": "41ef20a94958d9f93d568b3ad1df5f0b5cc3e0d680bbddeb5a08118110cf0c4a",
    "0020_notices.py": "2f53734de1f306f206c6adc3577cd7af10d2d7540a34fc504033cb261c538821",
    "0022_documents.py": "5160e8e63cd46e80d4120ea6424c6c4aba8c0c8fa69a2bee2c79b96ae1e80fea",
}
"""SHA-256 of every migration as it landed."""

DATABASES = pytest.mark.parametrize("store", ["sqlite", "postgres"], indirect=True)

EDITS = (
    (
        "63a77c4",
        "sales.under_law sales.notice_on sales.preview_from sales.preview_to sales.auctioneer_licence "
        "sales.rules_announced_ms lots.no_reserve lots.defects_declared lots.defects_stated lots.title_proven "
        "patents.legal_status patents.consents",
    ),
    (
        "b18f043",
        "sales.buyer_commission sales.seller_commission sales.deposit registrations.deposit_ms patents.priority_date "
        "patents.grant_date patents.extended_to patents.status_checked_on patents.annuity_paid_until "
        "patents.claims_total patents.claims_independent patents.pledged patents.open_licence "
        "patents.litigation_pending patents.invalidation_pending patents.evaluation_report",
    ),
    ("2f48029", "the key of receipts"),
    ("27b7299", "sales.priority_mode sales.priority_days registrations.priority"),
    ("3da3ea2", "no look-up for a row"),
)
"""The edits of 0001 while it was the only migration, oldest first: its commit, and the columns that it added."""

SALE = {"id": "5", "slug": "old", "status": "draft", "title_zh": "旧", "title_en": "Old", "place": "", "about": ""}
SALE |= {"currency": "CNY", "time_zone": "Asia/Shanghai", "invented": False, "created_ms": 1}
LOT = {"sale": "5", "lot": "1", "position": 1, "format": "english", "own": "{}", "consignor": "", "title_zh": "泵"}
LOT |= dict.fromkeys(("title_en", "abstract_zh", "abstract_en", "field", "transfer_type", "defects"), "")
ROWS = {
    "sales": SALE,
    "lots": LOT,
    "patents": {"sale": "5", "lot": "1", "position": 0, "as_written": "CN1", "kind": ""},
    "registrations": {"id": "7", "sale": "5", "name": "甲", "status": "applied", "holds": "[]", "applied_ms": 1},
    "receipts": {"sale": "5", "key": "k", "actor": "a", "digest": b"d", "seq": 1, "params": '{"minimum_minor":5}'},
}


def upgrade(connection: Connection, version: str) -> None:
    """Make the tables of a version."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def undo(connection: Connection, edit: str) -> None:
    """Give the tables of 0001 the form that they had before an edit of it."""
    if edit == "the key of receipts":
        params = "JSON USING params::json" if connection.dialect.name == "postgresql" else None
        if params is not None:
            connection.execute(text("ALTER TABLE receipts DROP CONSTRAINT pk_receipts"))
            connection.execute(text("ALTER TABLE receipts ADD CONSTRAINT pk_receipts PRIMARY KEY (sale, actor, key)"))
            connection.execute(text(f"ALTER TABLE receipts ALTER COLUMN params TYPE {params}"))
        else:
            remake(connection, "receipts", ('KEY (sale, "key", actor)', 'KEY (sale, actor, "key")'))
            remake(connection, "receipts", ("params TEXT", "params JSON"))
    elif edit == "no look-up for a row":
        connection.execute(text("CREATE INDEX ix_events_sale_lot ON events (sale, lot)"))
        for table in ("events", "receipts"):
            rule = f"CONSTRAINT fk_{table}_sale FOREIGN KEY(sale) REFERENCES sales (id)"
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"ALTER TABLE {table} ADD {rule}"))
            else:
                remake(connection, table, ("CONSTRAINT pk_", f"{rule}, CONSTRAINT pk_"))
    else:
        for name in edit.split():
            table, column = name.split(".")
            connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {column}"))


def remake(connection: Connection, table: str, change: tuple[str, str]) -> None:
    """Make an empty table of SQLite anew, with its definition changed."""
    made = connection.scalar(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table})
    assert change[0] in made
    indexes = connection.scalars(
        text("SELECT sql FROM sqlite_master WHERE tbl_name = :name AND type = 'index' AND sql IS NOT NULL"),
        {"name": table},
    ).all()
    connection.execute(text(f"DROP TABLE {table}"))
    for statement in (made.replace(*change), *indexes):
        connection.exec_driver_sql(statement)


def fill(connection: Connection) -> None:
    """A row in each table that has one here; a column that this version wants is given what is least."""
    least = {"BOOLEAN": False, "JSON": "[]", "INTEGER": 0, "BIGINT": 0}
    for table, row in ROWS.items():
        wanted = {
            each["name"]: least.get(str(each["type"]), "")
            for each in inspect(connection).get_columns(table)
            if not each["nullable"]
        }
        values = wanted | row
        names = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join(f":{name}" for name in values)
        connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)


def differences(store: Store) -> list[str]:
    """Where the tables are not those that the code knows, in words without addresses."""
    with store.read() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)
    return sorted(re.sub(" at 0x[0-9a-f]+", "", str(each)) for each in found)


@pytest.fixture(params=["sqlite"])
def store(request, tmp_path):
    """A database without tables: on SQLite, unless a test is parametrized with "postgres"."""
    environ = {"AUCTION_INSTANCE": str(tmp_path)}
    if request.param == "postgres":
        environ["AUCTION_DATABASE_URL"] = postgres.database(request.getfixturevalue("postgres_server"), empty=True)
    made = Store(settings.read(environ).database_url)
    yield made
    made.close()


def make(store: Store, version: str, undone: int = 0) -> None:
    """The tables of a version with rows in them; of 0001 as it was before the last edits of it."""
    with store._writer.connect() as connection:
        upgrade(connection, version)
        for _, edit in reversed(EDITS[len(EDITS) - undone :]):
            undo(connection, edit)
        fill(connection)
        connection.commit()


def test_08_29_a_landed_migration_is_never_edited():
    files = {path.name: path.read_bytes() for path in (MIGRATIONS / "versions").glob("[0-9]*.py")}
    assert {name: sha256(files[name]).hexdigest() for name in sorted(files)} == LANDED


def test_08_29_the_migrations_are_one_line():
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert [each.revision for each in scripts.walk_revisions()] == versions()[::-1]


@DATABASES
@pytest.mark.parametrize("undone", range(1, len(EDITS) + 1))
def test_08_29_every_form_that_0001_had_is_brought_up_to_date(store, undone):
    make(store, "0001", undone)
    assert differences(store) != []
    store.migrate()

    assert differences(store) == []
    with store.read() as connection:
        assert inspect(connection).get_pk_constraint("receipts")["constrained_columns"] == ["sale", "key", "actor"]
        assert connection.scalar(text("SELECT params FROM receipts")) == ROWS["receipts"]["params"]


@DATABASES
@pytest.mark.parametrize("version", versions()[:-1])
def test_08_29_a_database_of_each_earlier_version_is_brought_up_to_date(store, version):
    make(store, version)
    store.migrate()

    assert differences(store) == []
    with store.read() as connection:
        for table in ROWS:
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 1, table


def test_08_29_pages_of_the_oldest_database_are_served(store, tmp_path):
    make(store, "0001", len(EDITS))
    store.close()
    server = Server(tmp_path)
    link = server.cli("create-user", "o@test.invalid", "--name", "O", "--role", "administrator").stdout
    server.start()
    person = Person(server.url).enter(link.strip().rsplit("/", 1)[-1])

    assert person.get("/organizer/sales/old").status_code == 200
    assert person.get("/organizer/sales/old/lots/1").status_code == 200
    assert server.stop() == 0


def test_08_29_a_migration_that_fails_leaves_the_tables_as_they_were(store, monkeypatch):
    make(store, "0001", len(EDITS))
    before = differences(store)
    monkeypatch.setattr(op, "drop_index", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        store.migrate()
    assert differences(store) == before

    monkeypatch.undo()
    store.migrate()
    assert differences(store) == []
    with store.write() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [("UPDATE alembic_version SET version_num = '9999'", "version 9999"), ("DROP TABLE alembic_version", "another")],
)
def test_08_29_tables_that_are_unknown_are_not_served(store, tmp_path, change, says):
    store.migrate()
    with store.write() as connection:
        connection.exec_driver_sql(change)
    server = Server(tmp_path)
    for arguments in (["serve"], ["verify", "sale"], ["migrate"]):
        told = server.cli(*arguments, check=False)
        assert told.returncode == 1
        assert says in told.stderr
        assert told.stderr.count("\n") == 1


@DATABASES
def test_the_migrations_lead_to_the_tables_that_the_code_knows(store):
    store.migrate()
    assert differences(store) == []
