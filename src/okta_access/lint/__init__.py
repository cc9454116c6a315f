"""Checks on rules, and the reports of what they find."""
