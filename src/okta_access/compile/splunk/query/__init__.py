"""Rules as SPL: conditions, search terms, correlations."""
