"""For authors only: how ``data/`` is made from published packages (raw, clean, derived)."""
