"""The form a centre fills in: where everything stands in it, and the files it is written as."""
