"""Two versions of rules compared: what they mean, what they cost, and what is compiled of them."""
