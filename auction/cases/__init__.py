"""After the sale: what follows for each lot, until its patents are in use or it is offered again."""
