"""OA9xx: comments that answer findings."""
