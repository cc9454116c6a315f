"""Rules against the lock beside them."""
