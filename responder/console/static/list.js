// The list: which row is current, what is next, and live changes that move nothing under a hand.

import * as bulk from "./bulk.js";
import * as clock from "./clock.js";
import * as hand from "./hand.js";
import { part } from "./http.js";
import { word } from "./words.js";

const pane = document.getElementById("list");
const root = () => document.getElementById("rows");
const scroller = () => pane.querySelector(".scroll");
const rowOf = (id) => document.getElementById(`row-${id}`);
const all = () => [...root().querySelectorAll("li.row:not(.gone)")];

export function current() {
  return root().querySelector("li.row[aria-current]");
}

/** Show which conversation is open. */
export function mark(id) {
  current()?.removeAttribute("aria-current");
  rowOf(id)?.setAttribute("aria-current", "true");
}

export function neighbor(step) {
  const rows = all();
  const at = rows.indexOf(current());
  return at < 0 ? rows[0] : rows[at + step];
}

/** What opens when this one is done with. */
export function nextAfter(id) {
  const rows = all();
  const at = rows.findIndex((row) => row.dataset.id === id);
  const free = rows.slice(at + 1).find((row) => !row.querySelector(".holder:not([hidden])"));
  return free ?? rows[at + 1] ?? rows[at - 1];
}

export function open(found, { focus = false } = {}) {
  reach(found?.dataset.id, { focus })?.click();
}

/** Go to a row; returns its link, if it is there: it may have been drawn anew meanwhile. */
export function reach(id, { focus = false } = {}) {
  const row = rowOf(id);
  const link = row?.querySelector("a");
  if (!link) return null;
  row.scrollIntoView({ block: "nearest" });
  mark(id);
  if (focus) link.focus({ preventScroll: true });
  return link;
}

export function query() {
  return root().dataset.query;
}

/** Take a row away that does not belong here any more; later, if a hand is near. */
function drop(id) {
  rowOf(id)?.classList.add("gone");
  sweep();
}

function sweep() {
  if (pane.matches(":hover")) return;
  for (const row of root().querySelectorAll(".gone")) row.remove();
  settle();
}

function settle() {
  const some = root().querySelector("li, .more") !== null;
  document.getElementById("empty").hidden = some;
}

/** Look at these rows anew: update, insert in order, or remove. */
export async function renew(ids) {
  const shown = query();
  const fresh = await part(`/rows?${shown}&ids=${ids.join(",")}`, "rows");
  await hand.lifted();
  if (query() !== shown) return;
  const hold = anchored();
  const stay = new Set();
  let above = 0;
  for (const row of [...fresh.querySelectorAll("li.row")]) {
    stay.add(row.dataset.id);
    above += put(row, hold.row);
  }
  for (const id of ids) if (!stay.has(id)) drop(id);
  hold.release(above);
  settle();
}

/** Put a row where it belongs; 1 if it is new, and above `mark`. */
function put(row, mark) {
  const old = rowOf(row.dataset.id);
  if (old?.hasAttribute("aria-current")) row.setAttribute("aria-current", "true");
  const focused = old?.contains(document.activeElement);
  if (old && old.dataset.score === row.dataset.score) {
    old.replaceWith(row);
  } else {
    old?.remove();
    if (!insert(row)) return 0;
  }
  bulk.keep(row);
  htmx.process(row);
  clock.tick(row);
  if (focused) row.querySelector("a").focus({ preventScroll: true });
  const follows = mark && row.compareDocumentPosition(mark) & Node.DOCUMENT_POSITION_FOLLOWING;
  return !old && follows ? 1 : 0;
}

/** False for a row that lies beyond what has been loaded. */
function insert(row) {
  const rows = [...root().querySelectorAll("li.row")];
  const sign = root().dataset.order === "latest" ? -1 : 1;
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sign * compare(rows[middle], row) < 0) low = middle + 1;
    else high = middle;
  }
  if (rows[low]) rows[low].before(row);
  else if (root().querySelector(".more")) return false;
  else lastChunk().append(row);
  return true;
}

function lastChunk() {
  const chunks = root().querySelectorAll(".chunk");
  if (chunks.length) return chunks[chunks.length - 1];
  const made = document.createElement("ol");
  made.className = "chunk";
  root().append(made);
  return made;
}

function compare(one, other) {
  return one.dataset.score - other.dataset.score || (one.dataset.id < other.dataset.id ? -1 : 1);
}

/** Keep what is being looked at where it is, unless nobody is near and the top is shown. */
function anchored() {
  const box = scroller();
  const busy = box.scrollTop > 0 || pane.matches(":hover") || pane.contains(document.activeElement);
  const top = box.getBoundingClientRect().top;
  const row = busy ? all().find((one) => one.getBoundingClientRect().bottom > top) : null;
  const before = row?.getBoundingClientRect().top;
  return {
    row,
    release(above) {
      if (!row?.isConnected) return;
      box.scrollTop += row.getBoundingClientRect().top - before;
      if (above) tellEarlier(above);
    },
  };
}

let earlier = 0;

function tellEarlier(count) {
  const button = document.getElementById("earlier");
  earlier = scroller().scrollTop > 0 ? earlier + count : 0;
  button.hidden = earlier === 0;
  button.textContent = `↑ ${word("earlier", { count: earlier })}`;
}

/** Look at the first page and at what is shown anew; for when events were missed. */
export async function renewAll() {
  const first = await part(`/rows?${query()}`, "rows");
  const rows = [...first.querySelectorAll("li.row"), ...all()];
  const ids = new Set(rows.map((row) => row.dataset.id));
  return renew([...ids].slice(0, 200));
}

export function start() {
  pane.addEventListener("pointerleave", sweep);
  pane.addEventListener("contentvisibilityautostatechange", ({ target, skipped }) => skipped || clock.tick(target), true);
  pane.addEventListener("scroll", () => scroller().scrollTop === 0 && tellEarlier(-earlier), { capture: true, passive: true });
  pane.addEventListener("click", (event) => {
    if (event.target.id === "earlier") scroller().scrollTop = 0;
  });
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (!pane.contains(detail.target) && detail.target !== pane) return;
    for (const row of lastChunk().querySelectorAll("li.row")) {
      if (rowOf(row.dataset.id) !== row) row.remove(); // it was here already
    }
    const views = pane.querySelector("template");
    if (views) {
      document.getElementById("views").replaceWith(views.content);
      htmx.process(document.getElementById("views"));
      views.remove();
    }
    mark(document.querySelector(".thread")?.dataset.id);
    settle();
  });
  settle();
}
