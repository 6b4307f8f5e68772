"""Charts as plain Plotly figure dicts, and as SVG."""
