"""What a rule means: the reference evaluator, and correlations over time."""
