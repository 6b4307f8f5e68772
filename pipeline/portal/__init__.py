"""The portal where centres deliver: one service over the same airlock, reader, check and ledger as the command line.

app        the service: routes put together, what is mended at start
routes     every address, who may use it, what it takes, in one flat table
visit      one request: who asks, in which language, what was sent
guard      who may do what: sessions, tokens of forms, where a form was sent from
pace       how often and how much
intake     what a request carries, read within limits of size and time, in memory alone
headers    what every answer says to the browser, and the log
office     what all requests share: desks to check at, words, drafts
drafts     forms being filled in
centre, filling, checking, sending, asking, trying, coordinating     what the addresses do
shown_*    what stands on a page, as plain data
openapi    the table of routes as OpenAPI
"""
