"""OA123, OA124: letters that are not what they look like, or cannot be seen."""
