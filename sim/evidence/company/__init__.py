"""A company's own scenario from its exports: what was learned, what is assumed, and the first day as it stands."""
