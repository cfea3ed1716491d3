"""Money: what people are paid and what the organization costs, as small pure functions."""
