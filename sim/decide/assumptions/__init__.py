"""Assumptions: what a plan moves with, what its spread is made of, and what knowing is worth before one chooses."""
