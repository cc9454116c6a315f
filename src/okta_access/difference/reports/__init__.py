"""A difference printed: one module a form."""
