// Rows far from what is seen are folded away: the page keeps their order and their place, no more.

import * as clock from "./clock.js";
import { part } from "./http.js";

const FAR = 2400; // pixels beyond the edges; a fast hand needs a second for them
const ROW = 79; // pixels; see .row in console.css
const MOST = 100; // rows of a chunk, then it is parted

const pane = document.getElementById("list");
const root = () => document.getElementById("rows");
const scroller = () => pane.querySelector(".scroll");
const chunks = () => [...root().querySelectorAll(".chunk")];
const entryOf = (row) => ({ id: row.dataset.id, score: Number(row.dataset.score) });

const folded = new Map(); // chunk -> its entries, in order
const where = new Map(); // id -> the chunk it is folded in
const near = new Set(); // chunks that are seen, or soon
const unfolding = new Set();
let watcher = null;
let planned = 0;

/** Whether nothing at all is listed. */
export const empty = () => !root().querySelector("li, .more") && folded.size === 0;

/** Where a row stands that is folded away, as its `data-score`; undefined for any other. */
export function score(id) {
  const entries = folded.get(where.get(id));
  return entries?.find((one) => one.id === id).score;
}

/** Take out what is folded away; false if it is not. */
export function forget(id) {
  const chunk = where.get(id);
  if (!chunk) return false;
  where.delete(id);
  const entries = folded.get(chunk);
  entries.splice(entries.findIndex((one) => one.id === id), 1);
  resize(chunk);
  return true;
}

/** Put a row where it belongs; returns its chunk, or null where it lies beyond what was loaded. */
export function place(row) {
  const entry = entryOf(row);
  const chunk = chunks().find((one) => precedes(entry, last(one)));
  if (!chunk && root().querySelector(".more")) return null;
  const home = chunk ?? lastChunk();
  const entries = folded.get(home);
  if (entries) {
    const at = entries.findIndex((one) => precedes(entry, one));
    entries.splice(at < 0 ? entries.length : at, 0, entry);
    where.set(entry.id, home);
    resize(home);
  } else {
    const next = [...home.children].find((one) => precedes(entry, entryOf(one)));
    if (next) next.before(row);
    else home.append(row);
    if (home.children.length > MOST) split(home);
  }
  return home;
}

function precedes(one, other) {
  const sign = root().dataset.order === "latest" ? -1 : 1;
  return sign * (one.score - other.score || (one.id < other.id ? -1 : 1)) < 0;
}

function last(chunk) {
  return folded.get(chunk)?.at(-1) ?? entryOf(chunk.lastElementChild);
}

export function lastChunk() {
  return chunks().at(-1) ?? add(root(), "append");
}

function add(beside, how) {
  const made = document.createElement("ol");
  made.className = "chunk";
  beside[how](made);
  if (watcher) behold(made);
  return made;
}

function split(chunk) {
  add(chunk, "after").append(...[...chunk.children].slice(MOST / 2));
}

/** Take away what holds no row any more. */
export function tidy() {
  for (const chunk of chunks()) {
    if (chunk.children.length || folded.get(chunk)?.length) continue;
    folded.delete(chunk);
    near.delete(chunk);
    watcher?.unobserve(chunk);
    chunk.remove();
  }
}

function resize(chunk) {
  const entries = folded.get(chunk);
  if (entries?.length) chunk.style.height = `${entries.length * ROW}px`;
  else tidy();
}

function fold(chunk) {
  const rows = [...chunk.querySelectorAll("li.row:not(.gone)")];
  folded.set(chunk, rows.map(entryOf));
  for (const row of rows) where.set(row.dataset.id, chunk);
  chunk.replaceChildren();
  resize(chunk);
}

async function unfold(chunk) {
  unfolding.add(chunk);
  const fresh = new Map();
  try {
    for (let asked = lacking(chunk, fresh); asked.length; asked = lacking(chunk, fresh)) {
      const found = await part(`/rows?${root().dataset.query}&ids=${asked.join(",")}`, "rows");
      for (const id of asked) fresh.set(id, null);
      for (const row of found.querySelectorAll("li.row")) fresh.set(row.dataset.id, row);
    }
    if (chunk.isConnected && folded.has(chunk)) fill(chunk, fresh);
  } catch {
    setTimeout(plan, 2000); // the server is away: the live sign says so
  } finally {
    unfolding.delete(chunk);
  }
}

/** What was put into a chunk and is not known yet: more may come while we ask. */
function lacking(chunk, known) {
  return (folded.get(chunk) ?? []).map(({ id }) => id).filter((id) => !known.has(id)).slice(0, MOST);
}

function fill(chunk, fresh) {
  const above = chunk.getBoundingClientRect().bottom < scroller().getBoundingClientRect().top;
  const before = chunk.offsetHeight;
  const entries = folded.get(chunk);
  folded.delete(chunk);
  for (const { id } of entries) where.delete(id);
  chunk.append(...entries.map(({ id }) => fresh.get(id)).filter(Boolean));
  chunk.style.height = "";
  htmx.process(chunk);
  clock.tick(chunk);
  chunk.dispatchEvent(new CustomEvent("unfolded", { bubbles: true }));
  if (above) scroller().scrollTop += chunk.children.length * ROW - before;
  tidy();
}

/** Look soon what is to be folded and unfolded: what is open, and what lies beside it, stays. */
export function plan() {
  planned ||= setTimeout(() => {
    planned = 0;
    const all = chunks();
    const at = all.findIndex((one) => one.querySelector("[aria-current]"));
    const kept = new Set(at < 0 ? [] : all.slice(Math.max(at - 1, 0), at + 2));
    for (const chunk of all) {
      const wanted = near.has(chunk) || kept.has(chunk);
      if (wanted && folded.has(chunk) && !unfolding.has(chunk)) unfold(chunk);
      else if (!wanted && !folded.has(chunk) && !chunk.contains(document.activeElement)) fold(chunk);
    }
  });
}

/** Another list has come: begin anew. */
export function begin() {
  folded.clear();
  where.clear();
  near.clear();
  watch();
}

function watch() {
  watcher?.disconnect();
  // On a phone the whole page is scrolled.
  const own = getComputedStyle(scroller()).overflowY !== "visible";
  watcher = new IntersectionObserver(seen, { root: own ? scroller() : null, rootMargin: `${FAR}px 0px` });
  for (const chunk of chunks()) behold(chunk);
}

/** Watch a chunk. What is drawn counts as near until the watcher has looked, a frame later: a plan
    made before that would fold away what has only just come. */
function behold(chunk) {
  if (!folded.has(chunk)) near.add(chunk);
  watcher.observe(chunk);
}

function seen(changes) {
  for (const { target, isIntersecting } of changes) {
    if (isIntersecting) near.add(target);
    else near.delete(target);
  }
  plan();
}

/** The next page has come: what it brings stands in it, and nowhere else. */
export function extend() {
  const chunk = lastChunk();
  for (const row of chunk.querySelectorAll("li.row")) {
    if (document.getElementById(row.id) !== row) row.remove(); // it was here already
    else forget(row.dataset.id);
  }
  behold(chunk);
}

export function start() {
  watch();
  matchMedia("(max-width: 860px)").addEventListener("change", watch);
}
