"""Signs messages as Standard Webhooks says (version 1.0): HMAC-SHA256 over id, moment and body.

A webhook's secret is derived from the house's key and the webhook's id. So the database holds no secret, and a copy of
it does not let its reader forge a message. Another `AUCTION_SECRET_KEY` makes other secrets.
"""

import hmac
from base64 import b64encode
from hashlib import sha256


def secret_of(house_key: str, webhook: str) -> bytes:
    """The 32 bytes with which a webhook's messages are signed."""
    return hmac.digest(house_key.encode(), f"webhook:{webhook}".encode(), sha256)


def told_secret(secret: bytes) -> str:
    """A secret as its receiver keeps it."""
    return f"whsec_{b64encode(secret).decode()}"


def signature_headers(secret: bytes, message: str, at_s: int, body: bytes) -> dict[str, str]:
    """The three headers of a message that is sent at a moment, in seconds since 1970."""
    signed = hmac.digest(secret, f"{message}.{at_s}.".encode() + body, sha256)
    return {
        "webhook-id": message,
        "webhook-timestamp": str(at_s),
        "webhook-signature": f"v1,{b64encode(signed).decode()}",
    }
