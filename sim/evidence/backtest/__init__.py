"""The past scores the model: at earlier days, what would have been said from what was known, and what came."""
