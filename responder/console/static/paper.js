// The reply box: the text, and behind it marks for what rules object to and for facts.

import { act } from "./http.js";
import * as claim from "./claim.js";
import * as saved from "./saved.js";
import { complain, word } from "./words.js";

const WAIT = 300; // milliseconds without a key, then the text is looked at

export const box = () => document.getElementById("text");

/** Go on writing where the text ends. */
export function edit() {
  const end = box()?.value.length;
  box()?.focus();
  box()?.setSelectionRange(end, end);
}
const form = () => document.getElementById("draft");
let timer = 0;
let findings = [];

export function touched() {
  return box() !== null && box().value !== box().defaultValue;
}

/** Bring the box to life after it was put into the page. `kept`: words that must not be lost. */
export function show(id, kept = null) {
  findings = [];
  clearTimeout(timer);
  if (!box()) return;
  findings = JSON.parse(document.getElementById("findings").dataset.findings);
  const before = kept ?? saved.load(id);
  if (before !== null && before !== box().defaultValue) {
    box().value = before;
    tell(word("restored"));
    if (kept === null) look(id);
    else later(id);
  }
  draw();
}

/** What the last keystroke would have done by and by is not done any more. */
export function rest() {
  clearTimeout(timer);
}

/** What was written is done with: nothing of it is kept, claimed or looked at any more. */
export function clear() {
  rest();
  if (box()) box().value = box().defaultValue;
}

/** Put other words into the box; they can be undone like typed ones. */
export function write(id, text) {
  const before = document.activeElement;
  box().focus();
  box().select();
  if (!document.execCommand("insertText", false, text)) box().value = text;
  if (before !== box()) {
    box().blur(); // so that the next key is not typed into it
    before.focus({ preventScroll: true });
  }
  changed(id);
}

export function changed(id) {
  findings = [];
  draw();
  if (touched()) tell(saved.save(id, box().value) ? word("saved") : "");
  else {
    saved.drop(id);
    tell("");
  }
  later(id);
}

/** When the keys rest; not if the box belongs to another conversation by then. */
function later(id) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (touched()) claim.take(id).catch(complain);
    look(id);
  }, WAIT);
}

async function look(id) {
  const text = box()?.value ?? "";
  if (!text.trim()) return;
  try {
    const answer = await act(id, "check", { text });
    if (box()?.value === text) object(answer.findings);
  } catch {
    // The rules are asked again when it is approved.
  }
}

/** Show what rules object to. */
export function object(found) {
  findings = found;
  draw();
}

function tell(text) {
  document.getElementById("saved").textContent = text;
  form().querySelector("[data-do=discard]").hidden = !touched();
}

function draw() {
  const text = box().value;
  const at = offsets(text);
  const ranges = findings.map((one) => ({ start: at[one.start], end: at[one.end], kind: one.severity }));
  for (const fact of form().querySelectorAll("[data-fact]")) ranges.push(...places(text, fact.dataset.fact));
  document.getElementById("marks").replaceChildren(...pieces(text, ranges));
  document.getElementById("findings").replaceChildren(...findings.map((one) => line(one, text.slice(at[one.start], at[one.end]))));
}

/** The server counts characters, a script counts UTF-16 units: where each character begins. */
function offsets(text) {
  const begins = [];
  let at = 0;
  for (const character of text) {
    begins.push(at);
    at += character.length;
  }
  begins.push(at);
  return begins;
}

function places(text, value) {
  const found = [];
  for (let at = text.indexOf(value); value.length > 2 && at >= 0; at = text.indexOf(value, at + value.length)) {
    found.push({ start: at, end: at + value.length, kind: "fact" });
  }
  return found;
}

function pieces(text, ranges) {
  const parts = [];
  let at = 0;
  ranges.sort((one, other) => one.start - other.start);
  for (const { start, end, kind } of ranges) {
    const from = Math.max(start, at); // where two overlap, the first has it
    if (from >= end) continue;
    const mark = document.createElement("mark");
    mark.className = `mark-${kind}`;
    mark.textContent = text.slice(from, end);
    parts.push(text.slice(at, from), mark);
    at = end;
  }
  parts.push(text.slice(at) + "\n\u200b");
  return parts;
}

function line(finding, words) {
  const li = document.createElement("li");
  const sign = document.createElement("strong");
  li.className = `finding-${finding.severity}`;
  sign.textContent = word(finding.severity);
  const message = word("offending", { words: words.slice(0, 80), message: word(finding.message) });
  li.append(sign, " ", message, finding.suggestion ? ` → ${word(finding.suggestion)}` : "");
  return li;
}
