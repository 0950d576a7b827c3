"""The page that the family opens: what it tells (`family_page`), and how it looks (`rendering`, a template)."""
