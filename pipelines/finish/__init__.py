"""Turn drafts photographic without touching the garment."""
