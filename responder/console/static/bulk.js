// Several conversations at once: chosen by ticks, for what sends nothing.

import { say, word } from "./words.js";

const pane = document.getElementById("list");
const ticks = new Set();

export const some = () => ticks.size > 0;
export const chosen = () => [...ticks];

/** Do something with each, a few at a time; returns what went wrong. */
export async function each(ids, work) {
  const [failed, left] = [[], [...ids]];
  let done = 0;
  const crew = Array.from({ length: Math.min(6, ids.length) }, async () => {
    for (let id = left.shift(); id; id = left.shift()) {
      await work(id).catch((refused) => failed.push(refused));
      done += 1;
      if (ids.length > 1) say(word("progress", { done, all: ids.length }));
    }
  });
  await Promise.all(crew);
  return failed;
}

export function clear() {
  for (const id of ticks) document.getElementById(`row-${id}`)?.removeAttribute("data-chosen");
  ticks.clear();
  draw();
}

/** Choose the current row, or give it up. */
export function tick(row) {
  if (!row) return;
  const { id } = row.dataset;
  if (ticks.delete(id)) row.removeAttribute("data-chosen");
  else {
    ticks.add(id);
    row.dataset.chosen = "yes";
  }
  draw();
}

/** Everything that is loaded, or nothing. */
export function all() {
  const rows = [...pane.querySelectorAll("li.row:not(.gone, [data-chosen])")];
  if (!rows.length) return clear();
  rows.slice(0, 200 - ticks.size).forEach(tick);
}

/** Rows that came anew keep their tick. */
export function keep(row) {
  if (ticks.has(row.dataset.id)) row.dataset.chosen = "yes";
}

function draw() {
  const bar = document.getElementById("chosen");
  bar.hidden = !some();
  bar.firstElementChild.textContent = word("chosen", { count: ticks.size });
  pane.classList.toggle("choosing", some());
}

export function start() {
  pane.addEventListener("click", (event) => {
    const row = event.target.closest("li.row");
    if (!row || !(event.shiftKey || event.ctrlKey || event.target.closest("[data-tick]"))) return;
    event.preventDefault();
    event.stopPropagation();
    tick(row);
  }, { capture: true });
  document.addEventListener("htmx:afterSwap", ({ detail }) => detail.target === pane && ticks.size && clear());
}
