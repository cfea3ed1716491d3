"""Measures: sums over the ledger of one replication, each declared once with its unit, meaning and formula."""
