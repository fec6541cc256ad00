"""A shop's back office in one file: a product page that embeds the studio and keeps the pictures it is given.

    fashion-models serve --data data &
    fashion-models keys --data data tenant demo --origin http://localhost:8090
    FASHION_MODELS_KEY=$(fashion-models keys --data data create --tenant demo --scope embed) \
        python samples/back-office/back_office.py http://127.0.0.1:7860

The key stays on this server. The browser only ever sees a launch URL that works once, for two minutes.
"""

from __future__ import annotations

import argparse
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import Request, urlopen

PAGE = (Path(__file__).parent / "product.html").read_text()


def launch_url(studio: str, key: str, origin: str, product: str) -> str:
    """Ask the studio's server for a way in."""
    body = json.dumps({"origin": origin, "product": product, "user": "clerk"}).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    with urlopen(Request(f"{studio}/v1/launches", body, headers)) as answer:
        return str(json.load(answer)["url"])


class BackOffice(BaseHTTPRequestHandler):
    """Answers with the product page, and with a fresh launch URL when the clerk wants pictures."""

    studio: str
    key: str
    origin: str

    def do_GET(self) -> None:
        """The product page."""
        self._answer("text/html", PAGE.replace("{{studio}}", self.studio).encode())

    def do_POST(self) -> None:
        """A launch URL; a real back office checks here who is signed in, and that the request is its own."""
        if self.headers.get("Origin") != self.origin:
            self.send_error(403)
            return
        url = launch_url(self.studio, self.key, self.origin, "tee-0815")
        self._answer("application/json", json.dumps({"url": url}).encode())

    def _answer(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silence."""


def main() -> None:
    """Serve at localhost."""
    parser = argparse.ArgumentParser(description="a back office that embeds the studio")
    parser.add_argument("studio", help="address of fashion-models serve")
    parser.add_argument("--port", type=int, default=8090)
    options = parser.parse_args()
    BackOffice.studio = options.studio
    BackOffice.key = os.environ["FASHION_MODELS_KEY"]
    BackOffice.origin = f"http://localhost:{options.port}"
    print(BackOffice.origin, flush=True)
    ThreadingHTTPServer(("127.0.0.1", options.port), BackOffice).serve_forever()


if __name__ == "__main__":
    main()
