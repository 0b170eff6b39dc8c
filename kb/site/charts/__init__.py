"""Charts of the site: SVG within the page, made at build time, with the numbers behind each as a table and as CSV."""
