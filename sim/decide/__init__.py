"""Decisions: what would break a plan, what moves it, and how sure one can be."""
