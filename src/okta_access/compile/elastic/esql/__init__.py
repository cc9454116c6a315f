"""The target ``elastic-esql``."""
