"""A sale, its lots and its bidders as rows, and publishing it."""
