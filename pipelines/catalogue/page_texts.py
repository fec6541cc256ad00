"""Words of a job's report in English and Chinese."""

from __future__ import annotations

from html import escape

WORDS: dict[str, tuple[str, str]] = {
    "title": ("Catalogue report", "目录拍摄报告"),
    "from": ("from", "来源："),
    "made": ("pictures made", "已生成图片"),
    "passed": ("pass every check", "通过全部检查"),
    "dead": ("given up", "放弃"),
    "rejected": ("rows without a picture", "未能拍摄的行"),
    "files": ("files for channels", "渠道文件"),
    "hours": ("worker hours", "工时（小时）"),
    "per_picture": ("seconds a picture", "秒/张"),
    "stored": ("stored", "存储"),
    "cost": ("cost", "费用"),
    "unfinished": (
        "This job is not finished; the report shows what has ended.",
        "任务尚未完成；报告仅含已结束的部分。",
    ),
    "reasons": ("Why pictures were given up", "放弃原因"),
    "reason": ("reason", "原因"),
    "example": ("for example", "示例"),
    "count": ("pictures", "张数"),
    "checks": ("Checks that failed", "未通过的检查"),
    "check": ("check", "检查项"),
    "rows": ("Rows without a picture", "未能拍摄的行"),
    "row": ("row", "行"),
    "article": ("article", "商品"),
    "channels": ("Channels", "渠道"),
    "channel": ("channel", "渠道"),
    "size": ("size", "尺寸"),
    "warnings": ("what the files do not meet", "文件未满足的要求"),
    "policy": ("what the channel's policy says", "渠道政策提示"),
    "refused": ("could not be made", "无法生成"),
    "stages": ("Where the time went", "耗时分布"),
    "time": ("time", "耗时"),
    "number": ("files", "文件数"),
    "why": ("what is wrong", "说明"),
    "stage": ("stage", "阶段"),
    "share": ("share", "占比"),
    "pictures": ("Pictures", "图片"),
    "shown": (
        "{} of {} are shown, those that fail checks first.",
        "共 {1} 张，显示 {0} 张，未通过检查的在前。",
    ),
    "all": ("all", "全部"),
    "only_failed": ("fail a check", "未通过检查"),
    "none": ("none", "无"),
    "lists": ("Files of this job", "任务文件"),
    "results": ("every picture with its files and checks", "每张图片及其文件和检查"),
    "errors": ("every row and picture that failed, and why", "失败的行与图片及原因"),
    "seller": ("your list with the pictures added", "已添加图片的商品表"),
    "no_picture": ("no picture named", "未提供图片"),
    "unreachable": ("picture cannot be had", "图片无法获取"),
    "wrong_type": ("no photo that can be read", "不是可读取的照片"),
    "duplicate": ("number is there twice", "编号重复"),
    "category": ("garment that cannot be draped", "不支持的品类"),
    "minor": ("children's clothes", "童装"),
    "row_": ("row cannot be read", "该行无法读取"),
    "recipe": ("nobody in the cast fits", "模特阵容不匹配"),
    "failed": ("fails", "未通过"),
    "ok": ("passes", "通过"),
    "told": ("Tell your customers:", "请告知顾客："),
}


def both(key: str) -> str:
    """A word in both languages; the page shows one of them."""
    return pair(*WORDS[key]) if key in WORDS else escape(key.replace("_", " "))


def pair(en: str, zh: str) -> str:
    """A text in both languages, escaped."""
    return f'<span lang="en">{escape(en)}</span><span lang="zh">{escape(zh)}</span>'
