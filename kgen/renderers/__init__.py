"""How values look: value → text. Nothing here prints."""
