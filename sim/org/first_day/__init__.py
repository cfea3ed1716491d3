"""The first day, and what the years before it have left."""
