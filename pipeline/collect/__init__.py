"""From a centre's answers to text as received: the form, reading it, keeping it, and the demonstration."""
