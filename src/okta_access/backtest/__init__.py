"""Alerts a day, on past logs."""
