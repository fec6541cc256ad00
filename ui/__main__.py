"""``python -m fashion_models.ui``."""

from fashion_models.ui.cli import main

main()
