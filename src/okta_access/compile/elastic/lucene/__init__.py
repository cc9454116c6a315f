"""The target ``elastic-lucene``."""
