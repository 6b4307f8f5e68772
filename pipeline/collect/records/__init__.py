"""What is kept of a collection: the ledger, signatures, invitations, threads and edits."""
