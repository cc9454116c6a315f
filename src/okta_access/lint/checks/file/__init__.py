"""OA0xx: files and YAML."""
