"""Sigma documents, read into a frozen model that every other room reads."""
