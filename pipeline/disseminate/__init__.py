"""From released figures to what the public reads: pages, pictures, tables, sentences and open data."""
