"""Rules as Splunk searches: the text, the configuration files, the app."""
