"""The ledger of assumptions: what rules take for granted about Okta's data, put to a log."""
