"""The web page for sellers: `mount_page` puts it on a FastAPI application."""
