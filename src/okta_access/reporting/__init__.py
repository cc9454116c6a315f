"""What reports of all rooms have in common: texts fit to be shown, and JUnit's XML."""
