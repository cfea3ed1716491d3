"""What the simulation costs, against a plain SimPy model and a bare C loop of the same workload."""
