"""What Okta writes: the event types and fields that rules may name, as typed data."""
