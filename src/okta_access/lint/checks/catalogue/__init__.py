"""OA2xx: Okta's catalogue."""
