"""OA4xx: what targets read differently."""
