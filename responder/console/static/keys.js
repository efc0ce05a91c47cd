// Keys: single ones while nothing is being typed, and they can be switched off.

import { ask } from "./asks.js";
import * as bulk from "./bulk.js";
import * as deeds from "./deeds.js";
import * as desk from "./desk.js";
import * as files from "./files.js";
import * as list from "./list.js";
import * as palette from "./palette.js";
import * as paper from "./paper.js";

const OFF = "keys:off";
const help = document.getElementById("help");
const find = (selector) => document.querySelector(selector);
let moving = 0;

/** Go through the list; the conversation opens when the keys rest. */
function move(step) {
  const row = list.neighbor(step);
  if (!row) return;
  row.scrollIntoView({ block: "nearest" });
  list.mark(row.dataset.id);
  row.querySelector("a").focus({ preventScroll: true });
  clearTimeout(moving);
  moving = setTimeout(() => list.open(row), 120);
}

/** Another text; the figure of a key is its place. */
const option = (figure) => find(`[data-option="${figure}"]`)?.click();

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  a: deeds.yes,
  e: paper.edit,
  f: files.pick,
  1: () => option(1),
  2: () => option(2),
  3: () => option(3),
  x: deeds.reject,
  n: deeds.noReplyNeeded,
  o: () => deeds.next(),
  m: () => ask("snooze"),
  t: () => ask("assign"),
  i: () => ask("note"),
  g: () => ask("tags"),
  u: () => ask("escalate"),
  s: () => bulk.tick(list.current()),
  z: deeds.takeBack,
  ".": () => find("[data-copy]")?.click(),
  "/": () => find("#search")?.focus(),
  "?": () => help.showModal(),
};

function press(event) {
  if (event.isComposing || document.querySelector("dialog[open]")) return;
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    return palette.open();
  }
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "Enter" && event.ctrlKey) {
    event.preventDefault();
    deeds.yes();
  } else if (event.key === "Escape" && typing) {
    typing.blur();
    list.current()?.querySelector("a").focus({ preventScroll: true });
  } else if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat) {
    single(event);
  } else if (!typing && event.repeat && "jk".includes(event.key)) {
    single(event);
  }
}

function single(event) {
  if (localStorage.getItem(OFF)) return;
  if (event.key === "Enter") {
    if (desk.catchUp()) event.preventDefault();
    return;
  }
  const does = KEYS[event.key];
  if (!does) return;
  event.preventDefault();
  does();
}

export function start() {
  const on = document.getElementById("keys-on");
  on.checked = !localStorage.getItem(OFF);
  on.addEventListener("change", () => (on.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "yes")));
  document.addEventListener("keydown", press);
}
