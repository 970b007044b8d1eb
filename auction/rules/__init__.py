"""The rules of a sale: pure functions over frozen values, standard library only.

Code here reads no clock, does no I/O, draws no random number and imports nothing of the other layers.
`decide(sale, command, at_ms) -> events | Refused` and `apply(sale, event) -> sale` are all that the server,
`replay` and `verify` use.
"""
