"""Splunk: an app's searches and macros by its REST interface; on its cloud, the app's file."""
