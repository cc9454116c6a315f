"""Detection rules for Okta access events: catalogue, linter, compilers, scanner and proof."""

__version__ = "0.1.0"
