"""Saved searches and macros of an app, through Splunk's REST interface."""
