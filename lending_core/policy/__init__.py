"""How much, at what price: the limit policy as a checked document that compiles to SQL.

Records: `Policy` with its `Gate`, `Band`, `ProductLimit`, `Cap`, `Assumptions`; `Term`; `Finding`.
May import products, identity, scoring and the shared words; never runs a query itself.
"""
