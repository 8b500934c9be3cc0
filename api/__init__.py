"""The mini-program's own door: HTTP routes over the same operations as the screens. Each handler
reads what was sent, asks one operation, and answers; nothing is decided here."""
