"""Reading what comes from outside: bytes nobody trusts, to a return or a refusal."""
