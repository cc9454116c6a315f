"""The targets, one module each; ``elastic_lucene`` is named ``elastic-lucene``."""
