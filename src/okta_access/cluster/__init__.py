"""Elasticsearch: how it is reached, asked and believed."""
