"""Settings: one table, read from the environment, shown by `python app.py settings` and in docs/settings.md."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from . import keys, private

ROOT = Path(__file__).resolve().parents[2]
ENV_PREFIX = "AUCTION_"
DATABASES = ("sqlite", "postgresql+psycopg")
BROKERS = ("redis://", "rediss://", "unix://")


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting: its name without the prefix, its default, whether only some values are allowed, and what it is for."""

    name: str
    default: str
    help: str
    choices: tuple[str, ...] = ()


SETTINGS = (
    Setting("DATABASE_URL", "", "the database; empty: SQLite in the instance folder. postgresql+psycopg://… at scale"),
    Setting("REDIS_URL", "", "redis://… between many processes: wake-ups, presence, shared rate limits; empty: none"),
    Setting("INSTANCE", "", "the folder of the database and the secret key; empty: `instance` beside app.py"),
    Setting(
        "SECRET_KEY",
        "",
        "signs cookies, 32 random characters or more; empty: made at the first start, kept in instance",
    ),
    Setting(
        "OFFER_KEYS",
        "",
        "keys of sealed offers, VERSION:KEY with spaces between: the first seals, all open; empty: kept in instance",
    ),
    Setting("ASYNC_MODE", "eventlet", "the runtime", ("eventlet", "gevent", "threading")),
    Setting("HOST", "127.0.0.1", "the address to listen on"),
    Setting("PORT", "5000", "the port to listen on (PORT is read too)"),
    Setting(
        "PUBLIC_URL", "", "the address that browsers use, such as https://auction.example; empty: http://HOST:PORT"
    ),
    Setting(
        "TRUSTED_PROXIES",
        "0",
        "how many proxies in front set X-Forwarded-For, -Proto, -Host; one at a public address is not believed",
    ),
    Setting(
        "COMMIT", "hub", "where a commit runs: on the hub, or in a thread where the disk is slow", ("hub", "thread")
    ),
    Setting(
        "SETTLE_MS", "200", "how long after a deadline the clock's turn comes, so that bids stamped before it go first"
    ),
    Setting("BATCH_MAX", "256", "commands decided in one commit at the most"),
    Setting("INBOX_MAX", "5000", "commands waiting for one sale at the most; above it they are refused as UNAVAILABLE"),
    Setting("BIDS_PER_SECOND", "5", "bids of one bidder per second (twice as many in a burst); above it RATE_LIMITED"),
    Setting(
        "SIGN_INS_PER_MINUTE", "10", "failed sign-ins to an account from one address; the address: four times as many"
    ),
    Setting(
        "PAGES_PER_SECOND",
        "50",
        "a stranger's pages per second and address, twice as many in a burst; signed in: no limit",
    ),
    Setting("API_PER_SECOND", "20", "requests of one access token per second, twice as many in a burst"),
    Setting(
        "API_ORIGINS",
        "",
        "origins whose pages may read /api/, such as https://portal.example, with spaces between; empty: none",
    ),
    Setting(
        "WEBHOOK_NETWORKS",
        "",
        "private networks that webhooks may call, also by http, such as 10.1.0.0/16, with spaces between; empty: none",
    ),
    Setting("SMTP_HOST", "", "the mail server that takes the house's letters; empty: none are sent"),
    Setting("SMTP_PORT", "587", "its port"),
    Setting(
        "SMTP_TLS",
        "starttls",
        "how the line to it is encrypted; none only for a server on this machine or beside it",
        ("starttls", "tls", "none"),
    ),
    Setting("SMTP_USER", "", "the name to sign in with there; empty: no sign-in"),
    Setting(
        "SMTP_PASSWORD", "", "its password; empty: the file `smtp_password` in the instance folder, if there is one"
    ),
    Setting("SMTP_FROM", "", "who the letters are from, such as Auction house <auction@example.com>"),
    Setting("SOCKETS_PER_ADDRESS", "5000", "open sockets of one address; a whole hall may be behind one"),
    Setting("TICK_MS", "20", "the least time from one frame to the next; bids in between share a frame"),
    Setting("SESSION_HOURS", "12", "how long a session lasts at the most"),
    Setting("SESSION_IDLE_MINUTES", "120", "how long a session lasts unused"),
    Setting(
        "METRICS_TOKEN",
        "",
        "lets /metrics be read from elsewhere, as a bearer token, 32 random characters or more; empty: only from here",
    ),
    Setting(
        "PAPERS", "", "a folder with the house's own templates (confirmation.typ, …) and fonts of papers; empty: none"
    ),
    Setting(
        "FILES",
        "",
        "the folder of uploaded files, one that several machines share; empty: `files` in the instance folder",
    ),
    Setting(
        "PRIVACY_CONTACT",
        "",
        "how the house is asked about personal data, such as an address; the notice shows it; empty: nothing",
    ),
    Setting("LOG", "text", "how the log is written", ("text", "json")),
    Setting("BOTS", "1", "whether bots bid in the demo sale (BOTS is read too)", ("0", "1")),
)


class BadSetting(ValueError):
    """A setting has a value that it cannot have; the message names it."""


@dataclass(frozen=True, slots=True)
class Config:
    """The settings as values. Times are in the unit of their name."""

    database_url: str
    redis_url: str
    instance: Path
    secret_key: str
    offer_keys: keys.Versions
    keeps_offer_keys: bool
    async_mode: str
    host: str
    port: int
    public_url: str
    trusted_proxies: int
    commit: str
    settle_ms: int
    batch_max: int
    inbox_max: int
    bids_per_second: int
    sign_ins_per_minute: int
    pages_per_second: int
    api_per_second: int
    api_origins: tuple[str, ...]
    webhook_networks: tuple[IPv4Network | IPv6Network, ...]
    smtp_host: str
    smtp_port: int
    smtp_tls: str
    smtp_user: str
    smtp_password: str
    smtp_from: str
    sockets_per_address: int
    tick_ms: int
    session_hours: int
    session_idle_minutes: int
    metrics_token: str
    papers: str
    privacy_contact: str
    files: Path
    shares_files: bool
    log: str
    bots: int


def read(environ: Mapping[str, str] = os.environ) -> Config:
    """The configuration that the environment gives.

    Raises BadSetting. Makes the instance folder (mode 0700) and in it the keys (0600) where they are missing.
    """
    raw = {each.name.lower(): _checked(each, environ) for each in SETTINGS}
    instance = Path(raw["instance"]) if raw["instance"] else ROOT / "instance"
    private.folder(instance, keys.COOKIES)
    values: dict[str, Any] = dict(raw)
    values["instance"] = instance
    values["database_url"] = _database_url(raw["database_url"], instance)
    if raw["redis_url"] and not raw["redis_url"].startswith(BROKERS):
        raise BadSetting(f"{ENV_PREFIX}REDIS_URL must begin with one of {', '.join(BROKERS)}")
    is_new = not raw["secret_key"] and not (instance / keys.COOKIES).exists()
    try:
        values["secret_key"] = keys.of_cookies(raw["secret_key"], instance)
        values["offer_keys"] = keys.of_offers(
            raw["offer_keys"], instance, keys.new() if is_new else values["secret_key"]
        )
        values["metrics_token"] = keys.of_metrics(raw["metrics_token"])
        values["smtp_password"] = keys.of_mail(raw["smtp_password"], instance)
    except keys.BadKey as error:
        raise BadSetting(f"{ENV_PREFIX}{error}") from error
    _check_mail(raw)
    values["api_origins"] = _origins(raw["api_origins"])
    values["webhook_networks"] = _networks(raw["webhook_networks"])
    values["files"] = Path(raw["files"]) if raw["files"] else instance / "files"
    values["shares_files"] = bool(raw["files"])
    values["keeps_offer_keys"] = not raw["offer_keys"]
    for each in fields(Config):
        if each.type is int:
            values[each.name] = _whole(each.name, raw[each.name])
    values["public_url"] = raw["public_url"].rstrip("/") or f"http://{raw['host']}:{raw['port']}"
    return Config(**values)


def _checked(setting: Setting, environ: Mapping[str, str]) -> str:
    short = environ.get(setting.name, setting.default) if setting.name in ("PORT", "BOTS") else setting.default
    value = environ.get(ENV_PREFIX + setting.name, short)
    if setting.choices and value not in setting.choices:
        raise BadSetting(f"{ENV_PREFIX}{setting.name} must be one of {', '.join(setting.choices)}, not {value!r}")
    return value


def _whole(name: str, value: str) -> int:
    if not value.isascii() or not value.isdigit():
        raise BadSetting(f"{ENV_PREFIX}{name.upper()} must be a whole number, not {value!r}")
    return int(value)


def _check_mail(raw: Mapping[str, str]) -> None:
    """Raise BadSetting unless letters can be sent as the settings say."""
    address = parseaddr(raw["smtp_from"])[1]
    if raw["smtp_host"] and not re.fullmatch(r"[!-?A-~]+@[!-?A-~]+", address):
        raise BadSetting(f"{ENV_PREFIX}SMTP_FROM must hold an address such as auction@example.com")
    if raw["smtp_user"] and raw["smtp_tls"] == "none":
        raise BadSetting(f"{ENV_PREFIX}SMTP_USER needs an encrypted line: {ENV_PREFIX}SMTP_TLS is none")


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(text.split())
    for each in origins:
        parts = urlsplit(each)
        if parts.scheme not in ("http", "https") or not parts.netloc or each != f"{parts.scheme}://{parts.netloc}":
            raise BadSetting(f"{ENV_PREFIX}API_ORIGINS has {each!r}, which is no origin such as https://portal.example")
    return origins


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(each) for each in text.split())
    except ValueError as error:
        raise BadSetting(f"{ENV_PREFIX}WEBHOOK_NETWORKS: {error}") from error


def _database_url(url: str, instance: Path) -> str:
    if not url:
        return f"sqlite:///{instance}/auction.sqlite3"
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise BadSetting(f"{ENV_PREFIX}DATABASE_URL is not the address of a database") from error
    if address.drivername not in DATABASES:
        raise BadSetting(f"{ENV_PREFIX}DATABASE_URL must begin with {' or '.join(DATABASES)}, not {address.drivername}")
    return str(address.render_as_string(hide_password=False))
