"""`python -m pipeline` is `samletall`."""

from pipeline.cli import main

main()
