"""The command line's own sentences in English and Chinese; reports are in English."""

from __future__ import annotations

import os

TEXTS: dict[str, tuple[str, str]] = {
    "about": (
        "One garment photo in, a photo of a person wearing it out. Everything runs on this machine.",
        "一张服装照片，生成真人上身图。全部在本机运行，无需联网。",
    ),
    "shoot": ("photograph garments on a person", "把服装拍成上身图"),
    "inspect": ("show how a garment photo was read", "查看服装照片的识别结果"),
    "doctor": ("say what this machine can run", "检查本机的运行能力"),
    "setup": ("build what is slow once (body, kernels, skin)", "首次准备：人体、内核与皮肤缓存"),
    "weights": ("list, fetch and check model weights", "列出、下载并校验模型权重"),
    "poses": ("list the poses and draw a contact sheet of them", "列出全部姿势并生成样张"),
    "people": ("list twelve people and draw a contact sheet of them", "列出十二位人物并生成样张"),
    "hair_styles": ("list the hair styles and draw a contact sheet of them", "列出全部发型并生成样张"),
    "backdrops": ("list the backdrops and draw a contact sheet of them", "列出全部背景并生成样张"),
    "audit": (
        "photograph a garment on a grid of people and measure who is served worst",
        "把服装拍在各种人群上，找出效果最差的一组",
    ),
    "grid": (
        "smoke (six shots) or core (every group, hours)",
        "smoke（六张）或 core（覆盖全部组别，需数小时）",
    ),
    "audit_tones": (
        "only the grid's shots of these skin tones, for example 9 10",
        "只拍网格中这些肤色，例如 9 10",
    ),
    "gap": ("gap", "差距"),
    "goals_met": ("what was shot meets all goals", "已拍部分全部达标"),
    "goals_missed": ("goals missed", "未达标的目标"),
    "sheet": ("PNG file of the contact sheet", "样张的 PNG 文件"),
    "photo": ("garment photo: JPEG, PNG or WebP", "服装照片：JPEG、PNG 或 WebP"),
    "out": ("folder for the results (made if missing)", "输出文件夹（不存在则创建）"),
    "category": (
        "t-shirt, top, dress, skirt, trousers or shorts; read from the outline if left out",
        "品类：t-shirt、top、dress、skirt、trousers 或 shorts；省略时按轮廓判断",
    ),
    "with": (
        "photo of a second garment worn with it: trousers below a top, a top above a skirt, or what a "
        "jacket is worn open over",
        "同时穿着的另一件服装照片：如上衣配裤子、裙子配上衣，或敞开穿的外套里面的上衣、连衣裙",
    ),
    "with_category": ("category of the second garment", "另一件服装的品类"),
    "back_photo": ("photo of the garment's back", "服装背面照片"),
    "size_chart": (
        "the garment's own flat measurements in cm: length=72,chest=54",
        "服装平铺尺寸（厘米）：length=72,chest=54",
    ),
    "tone": ("Monk skin tone, 1 (lightest) to 10", "蒙克肤色等级，1（最浅）到 10"),
    "ethnicity": (
        "ancestry or blend, for example african=0.7,east-asian=0.3",
        "族裔或混合，例如 african=0.7,east-asian=0.3",
    ),
    "age": ("years, 18 to 80", "年龄，18 到 80 岁"),
    "gender": ("female or male", "female（女）或 male（男）"),
    "size": (
        "M, EU:44, UK:12, US:8, CN:165/88A, or bust=96,waist=80,hip=104,height=170",
        "尺码：M、EU:44、UK:12、US:8、CN:165/88A，或 bust=96,waist=80,hip=104,height=170",
    ),
    "stature": ("body height in cm", "身高（厘米）"),
    "build": (
        "average, muscular or pregnant (20 cm more waist than the size's)",
        "体型：average（普通）、muscular（健壮）或 pregnant（孕期，腰围比尺码大 20 厘米）",
    ),
    "identity": ("seed of the person; the same number is the same person", "人物编号；同一编号即同一人"),
    "hair": ("hair style; an unknown name lists the known", "发型；名称未知时列出全部"),
    "hair_colour": ("hair colour; an unknown name lists the known", "发色；名称未知时列出全部"),
    "beard": (
        "none, stubble, short or full; for men",
        "胡须（男）：none（无）、stubble（胡茬）、short（短须）或 full（络腮胡）",
    ),
    "expression": ("neutral, slight-smile or smile", "表情：neutral、slight-smile（微笑）或 smile"),
    "base_colour": (
        "colour of what is worn with the garment: white, navy … or #rrggbb; contrasting if left out",
        "搭配打底的颜色：white、navy 等名称或 #rrggbb；省略时自动取对比色",
    ),
    "shoes": ("white, black or none (barefoot)", "鞋：white（白）、black（黑）或 none（赤脚）"),
    "pose": ("pose; an unknown name lists the known", "姿势；名称未知时列出全部"),
    "pose_photo": (
        "photo of a person whose pose is taken, or a JSON file of its 18 joints",
        "参考姿势的人物照片，或含 18 个关节点的 JSON 文件",
    ),
    "framing": ("full, three-quarter, upper, lower, detail or chin-crop", "取景范围"),
    "view": (
        "front, back or three-quarter; several separated by commas",
        "视角：front、back、three-quarter，可用逗号分隔多个",
    ),
    "backdrop": ("white, a named backdrop or #rrggbb", "背景：white、其他名称或 #rrggbb"),
    "lighting": ("studio, soft or dramatic", "灯光：studio（影棚）、soft（柔光）或 dramatic（硬光）"),
    "width": ("picture width in px", "图片宽度（像素）"),
    "height": ("picture height in px", "图片高度（像素）"),
    "seed": ("small variation of pose and noise", "姿势与噪声的微小变化"),
    "quality": ("preview, standard or high", "质量：preview、standard 或 high"),
    "segmenter": (
        "classical or segment-anything; left out: the latter when its weights are here",
        "抠图方式：classical 或 segment-anything；省略时，有权重则用后者",
    ),
    "finisher": (
        "none: deliver the path-traced draft; cpu, small, mid, large, mps, zh or taiyi: make it photographic",
        "none：直接输出光线追踪图；cpu、small、mid、large、mps、zh 或 taiyi：生成真实照片效果",
    ),
    "scene": ("where the picture is taken, for a finisher", "拍摄场景描述，配合 --finisher 使用"),
    "identity_card": (
        "a finished shot of the same person whose face is to be kept",
        "同一人物的已完成照片，用于保持面部一致",
    ),
    "finish_refused": ("the finish was refused and the draft delivered", "精修未通过，已输出原始渲染图"),
    "json": ("print the result as JSON", "以 JSON 输出结果"),
    "lang": ("language of messages: en or zh", "界面语言：en 或 zh"),
    "error": ("error", "错误"),
    "saved": ("saved", "已保存"),
    "passed": ("all checks passed", "所有检查通过"),
    "failed": ("checks failed", "未通过的检查"),
    "ready": ("ready", "准备就绪"),
    "took": ("took", "用时"),
}


def language(given: str | None = None) -> str:
    """'zh' or 'en': the given one, else the locale's."""
    if given in ("en", "zh"):
        return given
    locale = next((os.environ[v] for v in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(v)), "")
    return "zh" if locale.lower().startswith("zh") else "en"


def text(key: str, lang: str) -> str:
    """A sentence in one of the languages."""
    english, chinese = TEXTS[key]
    return chinese if lang == "zh" else english
