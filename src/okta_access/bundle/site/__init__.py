"""The offline pages of a release: Markdown written from the rules, made into HTML by Sphinx."""
