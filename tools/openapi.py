"""Write docs/openapi.json anew; the suite compares it with what the server says."""

from __future__ import annotations

import json
from pathlib import Path

from fashion_models.ui.api.app import make_api

if __name__ == "__main__":
    path = Path(__file__).resolve().parent.parent / "docs/openapi.json"
    path.write_text(json.dumps(make_api().openapi(), indent=1, ensure_ascii=False) + "\n")
    print(path)
