"""The report formats, one module each: ``render(report)`` gives the text."""
