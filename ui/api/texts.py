"""Sentences of the sign-in and of the server's commands in English and Chinese."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "sign_in": ("Sign in", "登录"),
    "name": ("Name", "用户名"),
    "password": ("Password", "密码"),
    "wrong_password": ("Name or password is wrong.", "用户名或密码错误。"),
    "serve": ("serve the page and the REST API", "启动网页与 REST API 服务"),
    "worker": ("make the pictures of a server's jobs", "为服务器上的任务生成图片"),
    "keys": ("manage API keys, accounts and tenants", "管理 API 密钥、账号与租户"),
    "keys_actions": ("what to do; each answers --help", "要执行的操作；均支持 --help"),
    "host": ("address to listen at", "监听地址"),
    "port": ("port to listen at", "监听端口"),
    "data": ("folder of jobs and pictures", "任务与图片所在文件夹"),
    "database": (
        "PostgreSQL URL; SQLite in the data folder if left out",
        "PostgreSQL 地址；省略时使用 SQLite",
    ),
    "pictures": ("folder or s3://BUCKET/PREFIX for pictures", "图片存放位置：文件夹或 s3://BUCKET/PREFIX"),
    "private_webhooks": (
        "let webhooks go to private addresses and plain http",
        "允许向内网地址与 http 发送 webhook",
    ),
    "workers": ("worker processes for shots; 0: run them elsewhere", "出图进程数；0 表示在别处运行"),
    "renderer": ("shoot, or stub: grey cards for trying an integration", "shoot，或 stub（灰卡，供联调）"),
    "sign_in_way": (
        "none (loopback alone), accounts, or proxy (single sign-on)",
        "登录方式：none（仅本机）、accounts（账号）或 proxy（单点登录代理）",
    ),
    "public_url": ("how browsers reach the server: https://…", "浏览器访问地址：https://…"),
    "origin": ("site whose scripts may call the API; repeatable", "允许调用 API 的网站；可重复"),
    "proxy_network": ("network of the sign-on proxy; repeatable", "登录代理所在网段；可重复"),
    "user_header": ("header with the user's name", "携带用户名的请求头"),
    "tenant_header": ("header with the tenant's name", "携带租户名的请求头"),
    "no_page": ("the API alone, without the page", "只提供 API，不提供网页"),
    "lane": ("preview or shots; both if left out; repeatable", "preview 或 shots；省略则两者；可重复"),
    "worker_name": ("never used before; made up if left out", "此前未用过的名称；省略则自动生成"),
    "listening": ("listening at", "正在监听"),
    "create": ("create an API key", "创建 API 密钥"),
    "list": ("list the keys", "列出密钥"),
    "revoke": ("revoke a key", "吊销密钥"),
    "account": (
        "create an account or change its password (read from input)",
        "创建账号或修改密码（从输入读取）",
    ),
    "webhook": ("show a tenant's webhook secret", "显示租户的 webhook 密钥"),
    "tenant_limits": ("set a tenant's limits and embedding sites", "设置租户的限额与可嵌入网站"),
    "tenant": ("tenant", "租户"),
    "scope": ("what the key may do; repeatable; all if left out", "密钥权限；可重复；省略则全部"),
    "label": ("a note about the key", "密钥备注"),
    "key_id": ("id of the key, as listed", "密钥编号（见列表）"),
    "rate": ("requests per minute", "每分钟请求数"),
    "waiting": ("shots that may wait at a time", "可同时排队的图片数"),
    "embed_origin": ("site that may embed the studio; repeatable", "可嵌入工作室的网站；可重复"),
    "rotate": ("replace the secret; both are used for a day", "更换密钥；新旧密钥并用一天"),
    "saved": ("saved", "已保存"),
    "revoked": ("revoked", "已吊销"),
    "key_once": ("Keep it: it is shown this once.", "请妥善保存：仅显示这一次。"),
}


def text(key: str, lang: str) -> str:
    """A sentence in one of the languages."""
    english, chinese = TEXTS[key]
    return chinese if lang == "zh" else english
