"""An attack on everything that would be published, by a reader who knows the definitions and nothing else."""
