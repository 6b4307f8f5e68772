"""What those who run the collection meet at the portal: who has delivered, links, reminders, decisions.

Doors: the handlers that `routes` names, in `overview`, `links` and `decisions`. Private: `mail_merge`, the files of both.
"""
