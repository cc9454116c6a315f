"""Evidence per rule: fixtures, generated events, and compiled queries on engines."""
