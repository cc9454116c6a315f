"""What a rule can match at all: satisfiability, containment, regular expressions on automata."""
