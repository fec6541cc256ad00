"""The REST API, the embed, sign-in, and the server that carries them and the page."""
