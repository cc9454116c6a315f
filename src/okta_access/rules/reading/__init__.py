"""Sigma documents: YAML and pySigma's objects, read into the model; nodes know their places."""
