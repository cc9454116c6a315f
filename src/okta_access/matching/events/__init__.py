"""What a rule means for one event: the reference evaluator, and the fast form equal to it."""
