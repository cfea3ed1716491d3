"""A quarter that is over against its plan: where it lies among what was held possible, and what the gap is made of."""
