"""The target ``kibana``: detection rules to import."""
