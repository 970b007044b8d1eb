"""The money of a sale: deposits, what buyers owe, what consignors are due, and the bank."""
