"""Events that match a rule by construction, near misses, and everything else."""
