"""Sentences about released figures, computed and never typed.

A sentence is data first (`sentence`): its kind, its numbers, each bound to one cell, and the years it stands on. The
kinds are made in `level`, `change`, `record` and `share`; `choice` says which of them a page or a press note is given;
`voice` puts them into words in a language, as text and as HTML.

What cannot be claimed is not written, or the sentence says why: no change and no superlative crosses a break, a year
that is hidden or missing, or a change in who reported without saying so; and a sentence counts in one unit only.
"""
