"""A client of the REST API; needs httpx and nothing else of this project.

from fashion_models.client import Client

with Client("http://127.0.0.1:7860", key="fm_…") as client:
    photo = client.upload("tee.jpg")
    job = client.wait(client.create_job([{"photo": photo, "size": "EU:44", "tone": 8}]))
    for item in client.items(job):
        Path(f"{item.id}.png").write_bytes(client.picture(item))
"""

from fashion_models.client.api import Client
from fashion_models.client.model import ApiError, Event, Item, Job, Progress

__all__ = ["ApiError", "Client", "Event", "Item", "Job", "Progress"]
