"""What happened: events whose hashes form a chain. Imports the shared words only."""
