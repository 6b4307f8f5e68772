"""What those who run the collection meet at the portal."""
