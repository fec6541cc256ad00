"""Cloth: from pattern to settled drape."""
