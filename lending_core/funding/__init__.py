"""With whose money: licensed lenders and which of them funds a loan. May import products."""
