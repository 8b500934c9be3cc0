"""A book to play with: borrowers, what they ask for, what is seen of them, how they repay.

Pure generators: frames and `Draws` in, frames out, no store; every level is an assumption of
`data/reference/simulation.toml`. The hidden traits decide behaviour and are never scored.
May import the shared words, products and identity.
"""
