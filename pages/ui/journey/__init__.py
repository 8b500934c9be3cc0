"""One simulated application: what the borrower sees, what the house sees, and many at once."""
