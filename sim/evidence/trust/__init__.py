"""How far to trust what is said: levels from 0 to 4, from what was actually held."""
