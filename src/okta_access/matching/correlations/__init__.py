"""What a correlation means over time, in files and in streams."""
