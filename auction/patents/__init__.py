"""Patents: their numbers, their terms, and what the law asks of a sale of them."""
