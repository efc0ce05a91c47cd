// The page of templates: how a text reads while it is being written, saving it, and going back.

import { post } from "./http.js";
import { explain, say, word } from "./words.js";

const WAIT = 300; // milliseconds without a key, then it is looked at
const form = document.getElementById("template");
const by = (id) => document.getElementById(id);
let timer = 0;
let asked = 0;

function facts() {
  const given = {};
  for (const box of document.querySelectorAll("[data-known]")) {
    const value = document.querySelector(`[data-value="${box.dataset.known}"]`);
    given[box.dataset.known] = box.checked ? value.value : null;
  }
  return given;
}

async function look() {
  const number = ++asked;
  const body = { ...form.dataset, text: by("file").value, marketplace: by("marketplace").value, facts: facts() };
  if (by("short").checked) body.byte_limit = 400;
  try {
    const answer = await post("/api/v1/templates/preview", body);
    if (number === asked) show(answer);
  } catch (refused) {
    if (number === asked) by("problems").replaceChildren(line("block", refused.code ? explain(refused) : String(refused)));
  }
}

function show(answer) {
  const text = answer.text ?? "";
  const letters = [...text]; // the server counts characters
  const problems = answer.problems.map((one) => {
    const place = one.line ? word("at_line", { line: one.line }) : "";
    return line("block", [place, one.key, one.what].filter(Boolean).join(" · "));
  });
  const findings = answer.findings.map((one) => {
    const words = letters.slice(one.start, one.end).join("").slice(0, 80);
    return line(one.severity, word("offending", { words, message: word(one.message) }));
  });
  by("problems").replaceChildren(...problems, ...findings);
  by("new-version").textContent = answer.version ?? "";
  by("preview").replaceChildren(...marked(letters, answer.findings));
}

function marked(letters, findings) {
  const parts = [];
  let at = 0;
  for (const { start, end, severity } of [...findings].sort((one, other) => one.start - other.start)) {
    const from = Math.max(start, at);
    if (from >= end) continue;
    const mark = document.createElement("mark");
    mark.className = `mark-${severity}`;
    mark.textContent = letters.slice(from, end).join("");
    parts.push(letters.slice(at, from).join(""), mark);
    at = end;
  }
  parts.push(letters.slice(at).join(""));
  return parts;
}

function line(severity, text) {
  const li = document.createElement("li");
  const sign = document.createElement("strong");
  li.className = `finding-${severity}`;
  sign.textContent = severity === "block" ? word("block") : word("warn");
  li.append(sign, " ", text);
  return li;
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(look, WAIT);
}

/** What came of a wish to save, said beside the button. */
function tell(name) {
  by("saved").textContent = by("sayings").dataset[name] ?? "";
}

async function change(verb, body) {
  const { number } = by("sayings").dataset;
  const { language, name } = form.dataset;
  try {
    await post(`/api/v1/templates/${verb}`, { language, name, number: Number(number), ...body });
    tell("saved");
    setTimeout(() => location.reload(), 600); // long enough to be read; the versions are new
  } catch (refused) {
    if (refused.code === "stale_template") tell("stale");
    else if (refused.code === "bad_template") refuse(refused.details.problems);
    else by("saved").textContent = refused.message === refused.code ? explain(refused) : String(refused);
  }
}

function refuse(problems) {
  tell("bad");
  const lines = problems.map((one) => [one.line ? word("at_line", { line: one.line }) : "", one.key, one.what]);
  by("problems").replaceChildren(...lines.map((parts) => line("block", parts.filter(Boolean).join(" · "))));
}

async function version(number) {
  const place = new URLSearchParams({ language: form.dataset.language, name: form.dataset.name });
  const answer = await fetch(`/api/v1/templates/versions?${place}`, { credentials: "same-origin" });
  if (!answer.ok) return;
  const { items, file } = await answer.json();
  const found = items.find((one) => one.number === number);
  by("file").focus();
  by("file").select();
  document.execCommand("insertText", false, found ? found.text : file); // what was typed can be had back
  tell("shown");
  look();
}

if (form) {
  document.querySelector("main").addEventListener("input", soon);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (by("save")) change("save", { text: by("file").value });
  });
  by("versions").addEventListener("click", ({ target }) => {
    if (target.dataset.look) version(Number(target.dataset.look));
    if (target.dataset.back) change("restore", { to: Number(target.dataset.back) });
  });
  by("copy").addEventListener("click", async () => {
    await navigator.clipboard.writeText(by("file").value);
    say(word("copied"));
  });
  look();
}
