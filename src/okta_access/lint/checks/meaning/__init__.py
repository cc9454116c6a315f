"""OA3xx: what a rule means."""
