"""A sales organization and its pipeline, simulated many times over to compare plans under the same luck."""

__version__ = "0.1.0"
