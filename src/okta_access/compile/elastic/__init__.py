"""Rules as queries for Elastic: Lucene, ES|QL, EQL, and rules for Kibana."""
