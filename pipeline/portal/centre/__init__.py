"""What a centre meets at the portal: filling in, checking, signing, its receipts and its report."""
