"""What those who run the collection meet at the portal: who has delivered, links, reminders, decisions.

Doors: the handlers of `overview`, `links` and `decisions` that `routes` names. Private: `mail_merge`.
"""
