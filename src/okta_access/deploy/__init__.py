"""Rules brought onto a SIEM through its interface: what would change, the changes, and drift.

Written after Kibana's and Splunk's references, and not run on a real Kibana or Splunk.
"""
