"""Charts as SVG documents that a page, a PDF and a person's slides show alike."""
