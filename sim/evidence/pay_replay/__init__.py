"""A pay plan on last year's deals: what it would have paid, to whom, and whether quotas were fair."""
