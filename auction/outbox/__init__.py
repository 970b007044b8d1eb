"""Messages that wait in a table: written with what they tell of, taken by one process, tried, and tried again."""
