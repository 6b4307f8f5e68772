"""Who may do what at the portal, how often, and what every answer says to the browser.

Doors: `sessions` (roles, sessions, tokens), `rate_limit`, `headers`. Private: how a cookie is matched.
"""
