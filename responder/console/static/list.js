// The list: which row is current, what is next, and live changes that move nothing under a hand.

import * as bulk from "./bulk.js";
import * as clock from "./clock.js";
import * as fold from "./fold.js";
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
  fold.plan();
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
  fold.forget(id);
  rowOf(id)?.classList.add("gone");
  sweep();
}

function sweep() {
  if (pane.matches(":hover")) return;
  for (const row of root().querySelectorAll(".gone")) row.remove();
  fold.tidy();
  settle();
}

function settle() {
  document.getElementById("empty").hidden = !fold.empty();
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
  const before = fold.score(row.dataset.id);
  if (before === Number(row.dataset.score)) return 0; // it is folded away, and stays where it is
  fold.forget(row.dataset.id);
  if (old?.hasAttribute("aria-current")) row.setAttribute("aria-current", "true");
  const focused = old?.contains(document.activeElement);
  if (old && old.dataset.score === row.dataset.score) {
    old.replaceWith(row);
  } else {
    old?.remove();
    const chunk = fold.place(row);
    fold.tidy();
    if (!row.isConnected) return old || before || !chunk || !follows(chunk, mark) ? 0 : 1;
  }
  bulk.keep(row);
  htmx.process(row);
  clock.tick(row);
  if (focused) row.querySelector("a").focus({ preventScroll: true });
  return !old && !before && follows(row, mark) ? 1 : 0;
}

const follows = (row, mark) => mark && row.compareDocumentPosition(mark) & Node.DOCUMENT_POSITION_FOLLOWING;

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
  pane.addEventListener("unfolded", ({ target }) => {
    for (const row of target.children) bulk.keep(row);
    mark(document.querySelector(".thread")?.dataset.id);
    settle();
  });
  document.addEventListener("htmx:afterSwap", ({ target }) => {
    if (!pane.contains(target)) return; // of what replaces another, it is told of what is new
    if (target === pane) fold.begin();
    else fold.extend();
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
