"""Reading what comes from outside: bytes nobody trusts become a return or a refusal.

The doors: `return_file.read_upload` and `return_file.read_received` (a return, or UnreadableFile),
`client.sandboxed_reader` (the process they read in, to start it early or end it), `definitions.reading_limits` (what
reading may cost), `personal_data.rule_broken_by` (for words typed into a page). Everything else is private: the
worker's modules (worker, archive, xml_stream, package, text_judge, sheet, styles, number_format, workbook, csv_file,
personal_data) run in the sealed process alone, import each other and nothing of the project but `limits` and `errors`.
"""
