"""Open data: every released figure in the formats people and machines ask for."""
