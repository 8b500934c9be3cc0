"""What screens share: session, text, numbers, colours, figures, tables, inputs, cached reads.

The only place that imports plotly. Imports operations and the areas' records, never the store.
"""
