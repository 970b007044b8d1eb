"""Remembers devices of good sign-ins, where failures elsewhere do not keep the owner out, and counts failures."""

from sqlalchemy import delete, insert, select

from models.people import devices, users

from ..base.clock import Clock, new_token
from ..database.store import Store
from .claims import fold_email, take_failures
from .links import HOUR_MS, hash_token

DEVICE_KNOWN_MS = 180 * 24 * HOUR_MS


class Devices:
    """The devices of all accounts, each known by a secret in a cookie of its own."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def knows(self, email: str, device: str) -> bool:
        """Whether an account with this address has been signed in to from a device, by the secret in its cookie."""
        theirs = select(devices.c.user).join_from(devices, users, users.c.id == devices.c.user)
        theirs = theirs.where(devices.c.token_hash == hash_token(device), users.c.email == fold_email(email))
        with self._store.read() as connection:
            return connection.execute(theirs.limit(1)).first() is not None

    def remember(self, user: str, device: str | None) -> str:
        """Note a sign-in to an account from a device. Returns the secret for its cookie, a new one if it has none."""
        device, now = device or new_token(), self._clock.now_ms()
        this = (devices.c.token_hash == hash_token(device)) & (devices.c.user == user)
        with self._store.write() as connection:
            connection.execute(delete(devices).where(this | (devices.c.seen_ms < now - DEVICE_KNOWN_MS)))
            connection.execute(insert(devices), {"token_hash": hash_token(device), "user": user, "seen_ms": now})
        return device

    def take_failures(self, user: str) -> int:
        """How many sign-ins with the account's address failed since its last good one."""
        with self._store.write() as connection:
            email = connection.scalar(select(users.c.email).where(users.c.id == user))
            return take_failures(connection, str(email))
