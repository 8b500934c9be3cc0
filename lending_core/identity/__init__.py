"""Who is asking: ID numbers, names, phones, the photographed card, and what of it may be shown.
May import products and the shared words."""
