"""A release on a real Splunk and a real Kibana, in containers: NOT RUN where it was written.

``make prove-siem`` imports the release, sends made-up events, runs every rule once, and compares
what it finds with the reference. Needs Docker with compose. What needs no Docker is tested against
answers as the products' documentation shows them; the rest is written after the same.
"""
