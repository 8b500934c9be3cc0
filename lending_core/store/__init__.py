"""Where the facts lie: the only place with DuckDB. Migrations, query files, one door for reads and
one for writes. Imports the shared words and the ledger's chain."""
