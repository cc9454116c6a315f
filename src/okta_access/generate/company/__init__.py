"""A made-up company and its System Log: ordinary weeks, and stories of intruders in them."""
