"""Who may do what at the portal, how often, and what every answer says to the browser."""
