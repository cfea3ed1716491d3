"""Checks: whether what a scenario says makes sense, alone and together, before anything is played."""
