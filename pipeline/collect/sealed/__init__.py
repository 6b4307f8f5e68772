"""What runs in the sealed room: it knows bytes and spreadsheets, nothing of the project, and imports little."""
