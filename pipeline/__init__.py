"""Samletall: yearly aggregate returns made into a checked, comparable, protected and readable statistic."""

__version__ = "0.1.0"
