"""What Splunk imports: conf files, and the app around them."""
