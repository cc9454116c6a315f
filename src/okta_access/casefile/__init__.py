"""A scan as one page that can be handed over: what happened, to whom, and what shows it."""
