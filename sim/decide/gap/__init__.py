"""The gap between two plans, or a plan and its target: what it comes from, to the cent."""
