"""Logs in: layouts, compression, encodings, envelopes; what is no event is named by its place."""
