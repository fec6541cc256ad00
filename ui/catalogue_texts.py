"""Sentences of the catalogue's commands in English and Chinese."""

from __future__ import annotations

_TEXTS: dict[str, tuple[str, str]] = {
    "catalogue": (
        "photograph a whole catalogue, from a list to every channel",
        "批量拍摄整个商品目录，按渠道输出",
    ),
    "actions": ("what to do with the catalogue", "要执行的操作"),
    "plan": ("say what a run would make, without running it", "查看将生成的内容，但不执行"),
    "run": (
        "make every picture; the same command again goes on where it was",
        "生成全部图片；再次运行同一命令即续跑",
    ),
    "status": ("say how far jobs are", "查看任务进度"),
    "cancel": ("begin nothing new; what is made stays", "不再开始新的图片；已完成的保留"),
    "resume": ("go on with a job", "继续执行任务"),
    "retry": ("make again what was given up", "重试失败的图片"),
    "report": ("write results, the seller's file and the report again", "重新写出结果、带图商品表和报告"),
    "input": (
        "folder, s3:// prefix, inventory, or product list (CSV, TSV, XML, JSONL, Parquet)",
        "文件夹、s3:// 前缀、清单，或商品表（CSV、TSV、XML、JSONL、Parquet）",
    ),
    "recipe": ("YAML file: cast, looks, channels and rules", "YAML 配方：模特、造型、渠道与规则"),
    "job": ("the job's name; may be left out where there is only one", "任务名；只有一个任务时可省略"),
    "out": ("folder or s3://BUCKET/PREFIX for the results", "输出位置：文件夹或 s3://BUCKET/PREFIX"),
    "sheet": ("PNG file of the first five pictures, small", "前五张小图样张的 PNG 文件"),
    "no_sheet": ("count only, make no pictures", "只统计，不生成样张"),
    "sheet_made": ("the first pictures: {} ({} s)", "样张：{}（耗时 {} 秒）"),
    "json": ("print the result as JSON", "以 JSON 输出结果"),
    "renderer": ("shoot, or stub: grey cards for a trial", "shoot，或 stub（灰卡，供试运行）"),
    "engine": ("this machine, or a Ray cluster", "本机或 Ray 集群"),
    "workers": (
        "worker processes; one per GPU or one if left out",
        "工作进程数；省略时每块 GPU 一个，无 GPU 则一个",
    ),
    "database": (
        "PostgreSQL that several machines share, for local",
        "多台机器共用的 PostgreSQL 地址（local）",
    ),
    "address": ("the cluster's address, for ray", "集群地址（ray）"),
    "cpus": ("processors a worker takes, for ray", "每个工作进程的 CPU 数（ray）"),
    "gpus": ("GPUs a worker takes, for ray", "每个工作进程的 GPU 数（ray）"),
    "metrics_port": ("port on which Prometheus finds metrics", "供 Prometheus 抓取指标的端口"),
    "planned": (
        "pictures {items}, garments {garments}, files for channels {files}, shards {shards}; "
        "on one worker about {minutes:.0f} min, {megabytes:.0f} MB",
        "图片 {items} 张，服装 {garments} 件，渠道文件 {files} 个，分片 {shards} 个；"
        "单进程约 {minutes:.0f} 分钟，{megabytes:.0f} MB",
    ),
    "reading": ("{} is read as {}:", "{} 识别为 {}："),
    "rejected": ("{} rows give no picture ({}):", "{} 行无法生成图片（{}）："),
    "still_running": ("the job is not finished: it goes on first", "任务尚未完成，先继续执行"),
    "again": ("{} pictures are tried again", "重试 {} 张图片"),
    "no_jobs": ("there is no job in {}", "{} 中没有任务"),
    "cancel_asked": (
        "{0}: nothing new is begun; 'fashion-models catalogue resume {0} --out {1}' goes on",
        "{0}：不再开始新的图片；用 'fashion-models catalogue resume {0} --out {1}' 继续",
    ),
    "progress": (
        "{job}: {state}, {ok} of {items} made, {dead} given up, {shards_done} of {shards} shards done",
        "{job}：{state}，已完成 {ok}/{items}，放弃 {dead}，分片 {shards_done}/{shards}",
    ),
    "driver": (
        "  {} works on it: {} ended since it began, {} pictures/s, {} workers died",
        "  {} 正在执行：启动以来已处理 {} 张，每秒 {} 张，{} 个进程异常退出",
    ),
    "see_errors": (
        "  why: errors.jsonl and the report; 'fashion-models catalogue retry {} --out {}' tries them again",
        "  原因见 errors.jsonl 和报告；用 'fashion-models catalogue retry {} --out {}' 重试",
    ),
    "page": ("report: {}", "报告：{}"),
    "dead": ("given up", "放弃"),
    "succeeded": ("done", "完成"),
    "partially_failed": ("done with failures", "完成，部分失败"),
    "unfinished": ("unfinished", "未完成"),
    "cancelled": ("cancelled", "已取消"),
}


def say(key: str, lang: str) -> str:
    """A sentence in one language ('en' or 'zh')."""
    en, zh = _TEXTS[key]
    return zh if lang == "zh" else en
