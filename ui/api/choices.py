"""What there is to choose from: /v1/people, /v1/poses, /v1/backdrops, /v1/hair, /v1/channels."""

from __future__ import annotations

from fastapi import APIRouter

from fashion_models.pipelines.catalogue.channels import presets
from fashion_models.pipelines.sheets import entries
from fashion_models.ui.api.access import Reader
from fashion_models.ui.api.problems import responses
from fashion_models.ui.api.schemas import ChannelList, ChannelOut, Choice, ChoiceList

router = APIRouter(prefix="/v1", tags=["choices"], responses=responses(401, 403, 429))


def _choices(kind: str) -> ChoiceList:
    return ChoiceList(choices=[Choice(name=each.name, en=each.en, zh=each.zh) for each in entries(kind)])


@router.get("/people", response_model=ChoiceList)
def list_people(caller: Reader) -> ChoiceList:
    """Twelve people; their names are identities."""
    return _choices("people")


@router.get("/poses", response_model=ChoiceList)
def list_poses(caller: Reader) -> ChoiceList:
    """Poses."""
    return _choices("poses")


@router.get("/hair", response_model=ChoiceList)
def list_hair(caller: Reader) -> ChoiceList:
    """Hair styles."""
    return _choices("hair")


@router.get("/backdrops", response_model=ChoiceList)
def list_backdrops(caller: Reader) -> ChoiceList:
    """Backdrops."""
    return _choices("backdrops")


@router.get("/channels", response_model=ChannelList)
def list_channels(caller: Reader) -> ChannelList:
    """Channels: what each asks of a picture, with source and date."""
    return ChannelList(channels=[ChannelOut.of(name, channel) for name, channel in presets().items()])
