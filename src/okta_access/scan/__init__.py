"""Logs in, alerts out."""
