"""Pay: quotas, and what sellers know of their pay when they decide. No actor."""
