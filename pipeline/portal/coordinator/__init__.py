"""What those who run the collection meet at the portal: the year, who has delivered, letters, decisions, the release.

Doors: the handlers that `routes` names. Private: `letters`, which `links` and `reminders` send by.
"""
