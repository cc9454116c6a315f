"""OA1xx: the structure of Sigma documents."""
