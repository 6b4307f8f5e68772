"""What those who run the collection meet at the portal. Doors: the handlers of `overview` that `routes` names."""
