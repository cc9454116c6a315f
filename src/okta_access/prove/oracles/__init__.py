"""Oracles: other engines that are asked which events a rule matches, to compare their answers."""
