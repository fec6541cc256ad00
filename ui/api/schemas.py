"""What goes over the wire. Unknown fields are refused."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from fashion_models.pipelines.catalogue.channels import Channel
from fashion_models.pipelines.jobs.model import MAX_ITEMS, Item, Job, State
from fashion_models.translate import in_language

Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]
UploadId = Annotated[str, StringConstraints(pattern=r"^up_[0-9a-f]{20}$")]
ItemId = Annotated[str, StringConstraints(pattern=r"^item_[0-9a-f]{20}$")]
Category = Literal["t-shirt", "top", "dress", "skirt", "trousers", "shorts"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ShotIn(_Strict):
    """One shot that is asked for; what is left out is chosen."""

    photo: UploadId = Field(description="Id of an upload.")
    back_photo: UploadId | None = None
    worn_with: UploadId | None = Field(None, description="Photo of a second garment, worn together.")
    worn_with_category: Category | None = None
    custom_id: Annotated[str, StringConstraints(max_length=200)] = Field(
        "", description="What you call this shot; comes back with its result."
    )
    category: Category | None = None
    size_chart: dict[Word, Annotated[float, Field(gt=0, lt=1000)]] | None = Field(
        None, description="The garment's own flat measurements in cm.", examples=[{"length": 72, "chest": 54}]
    )
    identity: Annotated[int, Field(ge=0, lt=2**31)] = Field(
        1, description="The same number, the same person."
    )
    gender: Literal["female", "male"] | None = None
    age: Annotated[int, Field(ge=18, le=80)] | None = None
    tone: Annotated[int, Field(ge=1, le=10)] | None = Field(None, description="Monk skin tone.")
    ethnicity: Word | None = None
    size: Word | None = Field(None, examples=["EU:44", "M", "bust=96,waist=80,hip=104,height=170"])
    stature: Annotated[float, Field(ge=100, le=250)] | None = Field(None, description="Body height in cm.")
    hair: Word | None = None
    hair_colour: Word | None = None
    beard: Literal["none", "stubble", "short", "full"] | None = None
    expression: Literal["neutral", "slight-smile", "smile"] | None = None
    build: Literal["average", "muscular", "pregnant"] | None = None
    base_colour: Word | None = None
    shoes: Word = "white"
    pose: Word = "front"
    pose_photo: UploadId | None = Field(None, description="Photo of a person whose pose is taken.")
    framing: Word = "full"
    view: Literal["front", "back", "three-quarter"] = "front"
    backdrop: Word = "white"
    lighting: Literal["studio", "soft", "dramatic"] = "studio"
    width: Annotated[int, Field(ge=128, le=4096)] = 768
    height: Annotated[int, Field(ge=128, le=4096)] = 1152
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    quality: Literal["preview", "standard", "high"] = "standard"
    finisher: Word = "none"
    scene: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        None, description="Where a finished picture is taken, in free words."
    )
    identity_card: ItemId | None = Field(
        None, description="A finished shot of yours whose face a finisher is to keep."
    )
    segmenter: Literal["classical", "segment-anything"] | None = None


class JobIn(_Strict):
    """Shots that belong together."""

    title: Annotated[str, StringConstraints(max_length=200)] = ""
    shots: Annotated[list[ShotIn], Field(min_length=1, max_length=MAX_ITEMS)]
    webhook_url: Annotated[str, StringConstraints(max_length=2000)] | None = Field(
        None, description="Told when the job is finished, signed after Standard Webhooks."
    )


class Progress(BaseModel):
    """How many shots are done."""

    total: int
    done: int
    succeeded: int
    failed: int
    canceled: int


class Links(BaseModel):
    """Where to go from here."""

    self: str
    items: str
    events: str
    cancel: str


class JobOut(BaseModel):
    """A job."""

    id: str
    title: str
    state: State
    progress: Progress
    created_at: datetime
    finished_at: datetime | None
    links: Links

    @classmethod
    def of(cls, job: Job) -> JobOut:
        """A job as it goes over the wire."""
        here = f"/v1/jobs/{job.id}"
        return cls(
            id=job.id,
            title=job.title,
            state=job.state,
            progress=Progress(
                total=job.total,
                done=job.done,
                succeeded=job.succeeded,
                failed=job.failed,
                canceled=job.canceled,
            ),
            created_at=_time(job.created),
            finished_at=None if job.finished is None else _time(job.finished),
            links=Links(self=here, items=f"{here}/items", events=f"{here}/events", cancel=f"{here}/cancel"),
        )


class JobList(BaseModel):
    """Jobs, newest first."""

    jobs: list[JobOut]
    next: str | None = Field(description="Address of the next page; null on the last one.")


class ProblemOut(BaseModel):
    """Why a shot has no picture."""

    code: str
    message: str


class ItemOut(BaseModel):
    """One shot of a job."""

    id: str
    number: int
    custom_id: str
    state: State = Field(description="'succeeded': there is a picture; `passed` says how it was judged.")
    stage: str = Field(description="Stage at work: photo, segment, read, body, pattern, drape, render …")
    fraction: float = Field(description="Share that is done, 0 to 1.")
    passed: bool | None
    failures: list[str]
    problem: ProblemOut | None
    seconds: float | None
    picture_url: str | None = Field(description="Signed, for a quarter of an hour at least; PNG.")
    report_url: str | None = Field(description="Signed likewise; JSON.")
    request: dict[str, Any]

    @classmethod
    def of(cls, item: Item, picture_url: str | None, report_url: str | None, language: str) -> ItemOut:
        """An item as it goes over the wire; its problem in the language of the reader."""
        wrong = item.problem
        problem = None
        if wrong is not None:
            problem = ProblemOut(code=wrong.code, message=in_language(wrong.message, language))
        return cls(
            **{
                name: getattr(item, name)
                for name in ("id", "number", "custom_id", "state", "stage", "passed", "seconds")
            },
            fraction=round(item.fraction, 3),
            failures=list(item.failures),
            problem=problem,
            picture_url=picture_url,
            report_url=report_url,
            request=dict(item.request),
        )


class ItemList(BaseModel):
    """Items in their order."""

    items: list[ItemOut]
    next: str | None = Field(description="Address of the next page; null on the last one.")


class UploadIn(_Strict):
    """A photo that is to come."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)] = "photo"


class UploadTicket(BaseModel):
    """Where to send the photo, once."""

    id: str
    method: Literal["PUT"] = "PUT"
    url: str = Field(description="Takes the bytes once; no key is needed.")
    expires_at: datetime
    max_bytes: int


class UploadOut(BaseModel):
    """A photo that was read."""

    id: str
    name: str
    width: int
    height: int
    media_type: str
    sha256: str


class Choice(BaseModel):
    """One thing to choose."""

    name: str
    en: str
    zh: str


class ChoiceList(BaseModel):
    """What there is to choose from."""

    choices: list[Choice]


class ChannelOut(BaseModel):
    """What a shop or marketplace asks of a picture, who says so, and when that was read."""

    name: str
    en: str
    zh: str
    width: int
    height: int
    ratio: str = Field(description="Width to height in small whole numbers.", examples=["4:5"])
    format: Literal["jpeg", "png", "webp"]
    max_bytes: int
    background: Literal["any", "white-advised", "white"]
    subject: Literal["model", "garment"]
    max_images: int | None
    source: str
    standing: Literal["official", "mixed", "third-party", "own"]
    checked: str = Field(description="Day on which the source was read.")

    @classmethod
    def of(cls, name: str, channel: Channel) -> ChannelOut:
        """A preset as it goes over the wire."""
        near = Fraction(channel.width, channel.height).limit_denominator(20)
        given = channel.model_dump(include=set(cls.model_fields) - {"name"})
        ratio = f"{near.numerator}:{near.denominator}"
        return cls(**given, name=name, en=channel.about.en, zh=channel.about.zh, ratio=ratio)


class ChannelList(BaseModel):
    """The channels that files can be made for."""

    channels: list[ChannelOut]


class LaunchIn(_Strict):
    """Who opens the studio from a back office, and where."""

    origin: Annotated[str, StringConstraints(max_length=300)] = Field(
        description="Exact origin of the page that embeds it.", examples=["https://admin.shop.example"]
    )
    product: Annotated[str, StringConstraints(max_length=200)] = Field(
        "", description="Your name for the product; comes back with the pictures."
    )
    user: Annotated[str, StringConstraints(max_length=200)] = ""
    language: Literal["en", "zh"] = "en"


class Launch(BaseModel):
    """A way into the studio, once."""

    url: str
    expires_at: datetime


class WaitOut(BaseModel):
    """How long your next shot would wait."""

    ahead: int
    seconds: float
    full: bool


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
