// The open conversation: kept up to date, disarmed by what is new, left for the next.

import * as claim from "./claim.js";
import * as clock from "./clock.js";
import * as hand from "./hand.js";
import { part } from "./http.js";
import * as list from "./list.js";
import * as paper from "./paper.js";
import * as saved from "./saved.js";
import * as translate from "./translate.js";
import { calm, complain, say, word } from "./words.js";

const GLANCE = 250; // milliseconds in which nobody has read anything
const desk = document.getElementById("desk");
export const thread = (root = desk) => root.querySelector(".thread[data-id]");
export const form = (root = desk) => root.querySelector("#draft");
let shown = null; // id of the open conversation
let since = -GLANCE; // when it took another's place
let news = null; // what has come and was not read yet: a fragment

export const id = () => shown;

/** Whether it has only just come: a second click, or key, meant the one before it. */
export const fresh = () => performance.now() - since < GLANCE;

/** Whether something has come that was not read yet. */
export const unread = () => news !== null;

/** A conversation was put on the desk. */
function arrive() {
  const now = thread()?.dataset.id ?? null;
  if (now !== shown) claim.release(now);
  shown = now;
  news = null;
  calm();
  if (!shown) return;
  list.mark(shown);
  wake();
  bottom();
  translate.show(thread(), shown);
}

function wake(kept = null) {
  clock.tick(desk);
  clock.localize(desk);
  paper.show(shown, kept);
}

function bottom() {
  const messages = document.getElementById("messages");
  messages.scrollTop = messages.scrollHeight;
}

/** Something happened to it: show what may be shown at once, announce the rest. */
export async function renew() {
  const asked = shown;
  let fresh;
  try {
    fresh = await part(`/c/${asked}?${list.query()}`, "desk");
  } catch (refused) {
    if (refused.status === 404) complain(refused);
    return;
  }
  await hand.lifted();
  if (asked !== shown || !thread(fresh)) return;
  swap("#thread-head", fresh.cloneNode(true));
  swap("#facts", fresh.cloneNode(true));
  const what = surprise(thread(fresh), form(fresh));
  if (what) announce(fresh, what);
  else take(fresh);
  clock.tick(desk);
  clock.localize(desk);
}

/** Whether two drafts are not the same one, or one of them is not ready. */
function differs(one, other) {
  return ["version", "ready", "made"].some((name) => one.dataset[name] !== other.dataset[name]);
}

/** Whether a colleague has prepared another reply than is shown, or none any more: a key that
    meant the one would send the other. */
function isPreparedAnew(next) {
  const own = next.querySelector("#second-yes")?.dataset.by === document.body.dataset.agent;
  return !own && request(next) !== request();
}

/** What must be read before anything is approved: a word of `words.js`; else nothing. */
function surprise(next, draft) {
  const old = thread().dataset;
  if (old.state !== "waiting") return "";
  if (next.dataset.newest !== old.newest) return "arrived";
  if (next.dataset.state !== "waiting") return paper.touched() ? "changed" : "";
  if (isPreparedAnew(next)) return request(next) ? "prepared" : "changed";
  const other = differs(draft, form());
  return other && form().dataset.ready === "yes" && !paper.touched() ? "new_draft" : "";
}

function announce(fresh, what) {
  const bar = document.getElementById("arrived");
  news = fresh;
  bar.querySelector("strong").textContent = word(what);
  const newest = [...fresh.querySelectorAll(".message-buyer .text")].at(-1);
  const quote = bar.querySelector("blockquote");
  quote.hidden = what !== "arrived" || !newest;
  quote.textContent = newest?.textContent.slice(0, 400) ?? "";
  if (bar.hidden) say(word(what));
  bar.hidden = false;
  desk.classList.add("disarmed");
}

/** Show all of it; words of ours stay in the box. */
function take(fresh) {
  const kept = paper.touched() ? paper.box().value : null;
  const typing = document.activeElement === paper.box();
  const [from, to] = typing ? [paper.box().selectionStart, paper.box().selectionEnd] : [];
  const seen = new Set([...desk.querySelectorAll(".message:not(.fresh)")].map((one) => one.id));
  const other = !form() || !form(fresh) || differs(form(), form(fresh)) || request() !== request(fresh);
  Object.assign(thread().dataset, thread(fresh).dataset);
  const messages = document.getElementById("messages");
  const low = messages.scrollHeight - messages.scrollTop - messages.clientHeight < 40;
  messages.replaceChildren(...fresh.querySelector("#messages").childNodes);
  for (const one of messages.querySelectorAll(".message")) one.classList.toggle("fresh", !seen.has(one.id));
  if (other) {
    swap("#reply", fresh);
    wake(kept);
    if (typing && paper.box()) {
      paper.box().focus({ preventScroll: true });
      paper.box().setSelectionRange(from, to);
    }
  }
  translate.show(thread(), shown);
  if (low) bottom();
}

function swap(selector, fresh) {
  const [old, next] = [desk.querySelector(selector), fresh.querySelector(selector)];
  if (old && next) old.replaceWith(next);
}

/** The agent wants to read what has come. */
export function catchUp() {
  if (!news) return false;
  const fresh = news;
  news = null;
  desk.classList.remove("disarmed");
  document.getElementById("arrived").hidden = true;
  take(fresh);
  bottom();
  clock.localize(desk);
  document.getElementById("messages").focus({ preventScroll: true });
  renew();
  return true;
}

/** Go on to what comes after a conversation; `html` is that, where it is here already. */
export function leave(id, text, html) {
  if (text) say(text);
  if (id === shown) goOn(id, html); // else somebody has gone on meanwhile, and stays where they are
  list.renew([id]).catch(complain);
}

function goOn(id, html) {
  const next = list.nextAfter(id);
  if (html) put(html);
  else if (next && next.dataset.id !== id) list.open(next, { focus: true });
  else renew();
}

/** Put a conversation on the desk that came with an answer, as htmx would. */
function put(html) {
  const template = document.createElement("template");
  template.innerHTML = html; // our own template; what it shows is escaped there
  desk.replaceChildren(template.content);
  const { id } = thread().dataset;
  history.pushState({ htmx: true }, "", `/c/${id}?${list.query()}`);
  htmx.process(desk);
  htmx.trigger(desk, "htmx:afterSwap", { target: desk });
  list.reach(id, { focus: true });
}

/** Put a conversation on the desk, whether the list has it or not. */
export function show(id) {
  const row = document.getElementById(`row-${id}`);
  if (row) return list.open(row, { focus: true });
  const path = `/c/${id}?${list.query()}`;
  history.pushState({ htmx: true }, "", path);
  htmx.ajax("GET", path, { target: "#desk", swap: "innerHTML show:none" });
}

/** A colleague took the open conversation over: nothing of ours is sent any more. */
export function lostTo(id, holder) {
  if (claim.lostTo(id, holder) && paper.touched()) saved.save(id, paper.box().value);
}

/** Id of what waits for a second yes. */
export const request = (root = desk) => root.querySelector("#second-yes")?.dataset.id;

/** Fill the box with other words; nothing is sent. */
export function fill(text) {
  if (!paper.box() || text === undefined) return;
  paper.write(shown, text);
  say(word("taken"));
}

export function discard() {
  fill(paper.box().defaultValue);
  saved.drop(shown);
}

export function start() {
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target !== desk) return;
    document.body.dataset.pane = "thread";
    desk.classList.remove("disarmed");
    since = performance.now();
    arrive();
  });
  desk.addEventListener("input", ({ target }) => target === paper.box() && paper.changed(shown));
  arrive();
}
