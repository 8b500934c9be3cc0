"""After the yes: stages of lateness and the accounts a loan moves. May import products."""
