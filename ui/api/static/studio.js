// The studio inside a back office. It talks to the REST API with the sealed token of its launch, which it
// keeps in memory alone, and posts results to the one origin that the launch names.
const launch = JSON.parse(document.getElementById("launch").textContent);
const id = (name) => document.getElementById(name);

const TEXTS = {
  photo: ["Garment photo", "服装照片"], tone: ["Skin tone", "肤色"], gender: ["Gender", "性别"],
  female: ["Female", "女"], male: ["Male", "男"], size: ["Size", "尺码"], pose: ["Pose", "姿势"],
  backdrop: ["Backdrop", "背景"], make: ["Make the picture", "生成图片"], cancel: ["Cancel", "取消"],
  use: ["Use this picture", "使用此图"], sending: ["Sending the photo …", "正在上传照片……"],
  waiting: ["Waiting: {ahead} before yours, about {seconds} s", "排队中：前面还有 {ahead} 张，约 {seconds} 秒"],
  working: ["At work: {stage}", "处理中：{stage}"], done: ["Done.", "完成。"], canceled: ["Canceled.", "已取消。"],
  passed: ["All checks passed.", "所有检查通过。"], expired: ["This studio has expired; open it anew.", "会话已过期，请重新打开。"],
};
const STAGES = {
  photo: "读取照片", segment: "抠图", read: "识别服装", body: "人体", pattern: "纸样", drape: "穿衣",
  person: "人物", render: "渲染", check: "检查", finish: "精修",
};
const chinese = launch.language === "zh";
const SPOKEN = { "Accept-Language": launch.language };  // of what goes wrong
const say = (key, values = {}) =>
  TEXTS[key][chinese ? 1 : 0].replace(/\{(\w+)\}/g, (_, name) => values[name]);

// Monk Skin Tone swatches, CC BY 4.0, Ellis Monk.
const TONES = ["#f6ede4", "#f3e7db", "#f7ead0", "#eadaba", "#d7bd96", "#a07e56", "#825c43", "#604134", "#3a312a", "#292420"];

let job = null;

for (const node of document.querySelectorAll("[data-text]")) node.textContent = say(node.dataset.text);
TONES.forEach((colour, index) => {
  const label = document.createElement("label");
  label.className = "tone";
  label.style.setProperty("background", colour);
  const input = Object.assign(document.createElement("input"), {
    type: "radio", name: "tone", value: index + 1, checked: index === 4,
  });
  input.setAttribute("aria-label", `${say("tone")} ${index + 1}`);
  label.append(input);
  id("tones").append(label);
});

async function call(method, path, body, raw = false) {
  const headers = { Authorization: `Bearer ${launch.token}`, ...SPOKEN };
  if (body !== undefined && !raw) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, {
    method, headers, credentials: "omit", body: raw ? body : body === undefined ? undefined : JSON.stringify(body),
  });
  if (answer.ok) return answer.json();
  if (answer.status === 401) throw new Error(say("expired"));
  const problem = await answer.json().catch(() => ({}));
  throw new Error(problem.detail || `${answer.status}`);
}

async function choices(kind, select) {
  for (const choice of (await call("GET", `/v1/${kind}`)).choices) {
    const text = chinese ? choice.zh : choice.name.replaceAll("-", " ");
    select.append(new Option(text, choice.name));
  }
}

function show(text, wrong = false) {
  id("status").textContent = text;
  id("status").className = wrong ? "wrong" : "";
}

function busy(working) {
  id("make").disabled = working;
  id("cancel").hidden = id("bar").hidden = !working;
  id("bar").value = 0;
}

function post(message) {
  if (window.parent !== window) window.parent.postMessage(message, launch.origin);
}

async function follow(started) {
  for (job = started; ; job = await call("GET", started.links.self)) {
    const [item] = (await call("GET", started.links.items)).items;
    id("bar").value = item.fraction;
    if (["succeeded", "failed", "canceled", "partially_failed"].includes(job.state)) return item;
    if (item.state === "queued") {
      const wait = await call("GET", "/v1/wait");
      show(say("waiting", { ahead: Math.max(0, wait.ahead - 1), seconds: Math.round(wait.seconds) }));
    } else {
      show(say("working", { stage: chinese ? STAGES[item.stage] || item.stage : item.stage }));
    }
    await new Promise((resolve) => setTimeout(resolve, 700));
  }
}

function deliver(item) {
  const figure = document.createElement("figure");
  const picture = Object.assign(document.createElement("img"), { src: item.picture_url, alt: launch.product });
  picture.addEventListener("load", tellHeight);
  const caption = document.createElement("figcaption");
  caption.textContent = item.passed ? say("passed") : item.failures.join(" ");
  const use = Object.assign(document.createElement("button"), { type: "button", textContent: say("use") });
  use.addEventListener("click", () => post({
    type: "fashion-models:result", job_id: job.id, product: launch.product,
    outputs: [{ item_id: item.id, url: new URL(item.picture_url, location.href).href, passed: item.passed }],
  }));
  figure.append(picture, caption, use);
  id("results").prepend(figure);
}

async function make() {
  show(say("sending"));
  const file = id("photo").files[0];
  const ticket = await call("POST", "/v1/uploads", { name: file.name.slice(0, 200) });
  const sent = await fetch(ticket.url, { method: "PUT", headers: SPOKEN, body: file, credentials: "omit" });
  if (!sent.ok) throw new Error((await sent.json()).detail);
  const shot = { photo: ticket.id, custom_id: launch.product };
  for (const name of ["gender", "size", "pose", "backdrop"]) shot[name] = id(name).value;
  shot.tone = Number(new FormData(id("form")).get("tone"));
  const item = await follow(await call("POST", "/v1/jobs", { title: launch.product, shots: [shot] }));
  if (item.state === "failed") throw new Error(item.problem.message);
  show(say(item.state === "canceled" ? "canceled" : "done"));
  if (item.state === "succeeded") deliver(item);
}

id("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  busy(true);
  try {
    await make();
  } catch (error) {
    show(error.message, true);
    post({ type: "fashion-models:error", message: error.message });
  } finally {
    busy(false);
  }
});
id("cancel").addEventListener("click", () => job && call("POST", job.links.cancel));
id("photo").addEventListener("change", () => {
  id("preview").hidden = false;
  id("preview").src = URL.createObjectURL(id("photo").files[0]);
});
id("preview").addEventListener("load", tellHeight);

function tellHeight() {
  post({ type: "fashion-models:height", height: document.documentElement.scrollHeight });
}
new ResizeObserver(tellHeight).observe(document.body);

Promise.all([choices("poses", id("pose")), choices("backdrops", id("backdrop"))]).catch((error) =>
  show(error.message, true));
