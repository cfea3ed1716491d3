"""Many replications: run, compare, store."""
