"""OA6xx: fixtures."""
