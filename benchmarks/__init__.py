"""What the simulation costs, against a plain SimPy model and a bare C loop of the same workload."""

import sim  # noqa: F401  before numpy: it keeps linear algebra to one thread
