"""Checks of `okta-access.toml` and of `defaults.toml` beside the rules."""
