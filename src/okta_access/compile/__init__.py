"""Rules as queries for Splunk and Elastic."""
