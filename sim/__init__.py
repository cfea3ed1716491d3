"""A sales organization and its pipeline, simulated many times over to compare plans under the same luck."""

import os

__version__ = "0.1.0"

# Our matrices are tiny. The threads that a linear algebra library starts for them only spin beside the simulation,
# which took twice as long. This works where numpy was not imported before; who sets the variable keeps the choice.
for _library in ("OPENBLAS", "MKL", "OMP"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")
