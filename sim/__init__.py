"""A sales organization and its pipeline, simulated many times over to compare plans under the same luck."""
