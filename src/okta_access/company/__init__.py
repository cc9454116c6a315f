"""A made-up company: its months in several worlds, and the attacks on it."""
