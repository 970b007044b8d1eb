"""A declined change of people, sales or lots: a code for the sentence, and the field that it concerns."""

from typing import Any


class Rejected(Exception):
    """A change cannot be made as asked. `code` names the reason, `field` what was typed wrong, if one thing was."""

    def __init__(self, code: str, field: str = "", **params: Any) -> None:
        super().__init__(f"{code} {field}".strip())
        self.code, self.field, self.params = str(code), field, params
