"""Alerts a day counted by the cluster that holds the logs."""
