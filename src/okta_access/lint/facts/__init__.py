"""What checks ask of the rules of a run: fields, values, tags, claims, what a rule reaches."""
