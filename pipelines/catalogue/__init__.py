"""Catalogue jobs: a product list in, every channel's pictures out, whatever crashes in between."""
