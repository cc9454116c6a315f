"""What editors ask while a rule is written, as values; and the server that speaks LSP."""
