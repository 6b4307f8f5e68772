"""The portal where centres deliver: one service over the same reader, checks and records as the command line.

Doors: `app.app` serves `services.PortalServices`; `routes.ENDPOINTS` says what is there, and for whom.

auth             who may do what, how often, and the headers of every answer; knows nothing of pages
centre           what a centre does: fill in, check, compare, sign, read its report
coordinator      what those who run the collection do
public           what anyone may do: come in, have a file or a receipt checked
threads, findings_view, cells     what a centre and the coordinator both see; the three rooms above never meet otherwise
request_body, request_context, page_renderer, limits     one request: what it carries, who asks, what is answered
checker_pool, check_results       the checkers, how many wait for them, and what they gave

Private: everything else; nothing outside this room but `samletall portal` uses it.
"""
