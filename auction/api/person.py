"""The person for whom a program acts."""

from marshmallow import Schema, fields

from ..web.auth import me
from .fields import ShownFields, text
from .routes import Resource

person_routes = Resource("person", "Whom a token acts for.")


class MeSchema(Schema):
    """The owner of a token, and what the token may do."""

    id = text("the account's id, which stays", required=True)
    name = text("the name that others see", required=True)
    role = text("of the account: administrator, organizer, auctioneer, bidder …", required=True)
    scopes = fields.List(fields.String(), required=True)


@person_routes.get("/me", MeSchema)
def read_me() -> ShownFields:
    """Whom this token acts for, and with which scopes."""
    who = me()
    return {"id": who.user, "name": who.name, "role": who.role.value, "scopes": sorted(who.scopes or ())}
