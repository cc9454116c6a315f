"""OA5xx: metadata and ATT&CK."""
