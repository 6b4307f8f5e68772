"""Disclosure control: what must not be found out, how it is suppressed, and the audit that attacks the result."""
