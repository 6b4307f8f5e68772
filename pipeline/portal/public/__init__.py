"""What anyone may do at the portal: come in by a link, try a file, verify a receipt."""
