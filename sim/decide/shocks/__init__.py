"""Shocks: what would break each plan, and how strong a shock must be to turn the choice."""
