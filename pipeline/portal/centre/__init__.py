"""What a centre meets at the portal: filling in, checking, signing, its receipts and its report.

Doors: the handlers that `routes` names, in `home`, `form_entry`, `no_activity`, `checking`, `submission` and
`receipt_view`. Private: the other `*_view` modules, which make the data of one page each, and the rest.
"""
