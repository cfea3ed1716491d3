"""Many replications of plans under the same luck, played over processes."""
