"""Durable jobs: what was accepted is finished, whoever is killed on the way.

`open_jobs` in ``open.py`` is the door; the page, the REST API and the tests come in by it. ``fashion-models
worker`` and `work` in ``work.py`` make the pictures.
"""
