"""What anyone may do at the portal. Doors: `sign_in`, `public_check`; `verify_receipt` is a script to take away."""
