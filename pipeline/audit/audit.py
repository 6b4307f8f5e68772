"""The audit: everything that would be published, attacked in blocks that nothing ties together."""
