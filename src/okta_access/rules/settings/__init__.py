"""``okta-access.toml`` over the defaults, and what it makes of the rules."""
