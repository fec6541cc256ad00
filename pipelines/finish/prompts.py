"""Words for the network, made from the plan's values: `prompt_of`."""

from __future__ import annotations

from dataclasses import dataclass

from fashion_models.garment.model import Category
from fashion_models.person.model import Gender, Person
from fashion_models.person.styles import hair_table
from fashion_models.pose.library import FREE_POSE, find_pose

_CATEGORY = {
    Category.T_SHIRT: ("T-shirt", "T恤"),
    Category.TOP: ("top", "上衣"),
    Category.DRESS: ("dress", "连衣裙"),
    Category.SKIRT: ("skirt", "半身裙"),
    Category.TROUSERS: ("trousers", "长裤"),
    Category.SHORTS: ("shorts", "短裤"),
}
_FRAMING = {
    "full": ("full-length", "全身"),
    "three-quarter": ("knee-length", "七分身"),
    "upper": ("half-length", "半身"),
    "lower": ("from the waist down", "下半身"),
    "detail": ("close-up", "特写"),
    "chin-crop": ("cropped at the chin", "下巴以下"),
}
_VIEW = {
    "front": ("seen from the front", "正面"),
    "back": ("seen from behind", "背面"),
    "three-quarter": ("seen at an angle", "四分之三侧面"),
}
#: Skin in the words that captions use, for Monk tones in pairs.
_SKIN = (
    ("very fair", "极白皙"),
    ("fair", "白皙"),
    ("olive", "小麦色"),
    ("brown", "棕色"),
    ("dark brown", "深棕色"),
)
#: Ancestries in Chinese; in English their names serve.
_DESCENT = {
    "african": "非洲裔",
    "east-african": "东非裔",
    "african-american": "非裔美国人",
    "north-african": "北非裔",
    "middle-eastern": "中东裔",
    "european": "欧洲裔",
    "northern-european": "北欧裔",
    "southern-european": "南欧裔",
    "south-asian": "南亚裔",
    "east-asian": "东亚裔",
    "southeast-asian": "东南亚裔",
    "latin-american": "拉丁裔",
    "pacific": "太平洋岛裔",
}
_EXPRESSION = {
    "neutral": ("calm face", "表情平静"),
    "slight-smile": ("slight smile", "微微一笑"),
    "smile": ("smiling", "微笑"),
}
_AVOID = (
    "rendering, 3d, mannequin, doll, plastic skin, deformed hands, extra fingers, text, watermark, blurry",
    "渲染, 3D, 假人, 塑料皮肤, 手部畸形, 多余手指, 文字, 水印, 模糊",
)


@dataclass(frozen=True)
class Prompt:
    """What a picture shows, and what it should not show."""

    words: str
    avoid: str


def prompt_of(
    person: Person,
    category: Category,
    *,
    pose: str,
    framing: str,
    view: str,
    scene: str | None = None,
    language: str = "en",
) -> Prompt:
    """Describe a shot.

    Args:
        person: Who is in it.
        category: What they wear.
        pose: Pose name.
        framing: Framing name.
        view: View name.
        scene: Where, in the user's own words; left out: the studio.
        language: 'en' or 'zh'.

    Returns:
        The prompt; the scene stands before the details, because networks read the first words best and the
        longest prompts not to their end.
    """
    chinese = language == "zh"
    which = 1 if chinese else 0
    skin = _SKIN[(person.tone - 1) // 2][which]
    place = scene or ("浅色背景摄影棚" if chinese else "in a photo studio with a plain backdrop")
    garment, frame, seen = _CATEGORY[category][which], _FRAMING[framing][which], _VIEW[view][which]
    face = _EXPRESSION[person.expression][which]
    if chinese:
        words = (
            f"真实照片，{frame}，{seen}，{person.age}岁{_who(person, chinese)}，身穿{garment}，{place}，"
            f"{skin}皮肤，{_hair(person, chinese)}，{face}，{_posture(pose)}，"
            "柔和光线，真实皮肤纹理，清晰对焦"
        )
    else:
        words = (
            f"photo of a {person.age}-year-old {_who(person, chinese)} wearing a {garment}, {place}, "
            f"{frame}, {seen}, {skin} skin, {_hair(person, chinese)}, {face}, "
            "soft light, natural skin, sharp focus"
        )
    return Prompt(words=words, avoid=_AVOID[which])


def _posture(pose: str) -> str:
    """What a pose is called in Chinese."""
    return "姿势自然" if pose == FREE_POSE else find_pose(pose).zh


def _who(person: Person, chinese: bool) -> str:
    descent = max(person.ethnicity, key=lambda pair: pair[1])[0]
    female = person.gender is Gender.FEMALE
    if chinese:
        return _DESCENT[descent] + ("女性" if female else "男性")
    return f"{descent.replace('-', ' ')} {'woman' if female else 'man'}"


def _hair(person: Person, chinese: bool) -> str:
    about = hair_table()["about"][person.hair]
    if person.hair in ("bald", "hijab"):
        return str(about["zh"]) if chinese else str(about["en"]).lower()
    if chinese:
        return str(about["zh"])
    return f"{person.hair_colour} hair, {str(about['en']).lower()}"
