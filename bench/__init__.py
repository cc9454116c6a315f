"""Measurements: never asserted in tests, told as ratios of one run."""
