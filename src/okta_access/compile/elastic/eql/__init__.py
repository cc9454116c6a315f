"""The target ``elastic-eql``."""
