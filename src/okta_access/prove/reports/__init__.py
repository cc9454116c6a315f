"""The report formats of ``okta-access test``, one module each."""
