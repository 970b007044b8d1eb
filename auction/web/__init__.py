"""Pages, sockets and what both share: who may do what, one error shape, one way to check input."""
