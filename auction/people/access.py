"""Ends at once all that lets a person in: sessions and access tokens."""

from sqlalchemy import Connection, delete, update

from models.people import access_tokens, web_sessions


def end_access(connection: Connection, user: str, now_ms: int) -> None:
    """End all sessions and access tokens of an account."""
    connection.execute(delete(web_sessions).where(web_sessions.c.user == user))
    held = (access_tokens.c.user == user) & access_tokens.c.ended_ms.is_(None)
    connection.execute(update(access_tokens).where(held), {"ended_ms": now_ms})
