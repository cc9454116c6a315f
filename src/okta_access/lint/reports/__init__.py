"""The report formats, one module each: ``render(findings, summary)`` gives the text."""
