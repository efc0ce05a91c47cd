// The open conversation: kept up to date, disarmed by what is new, and what an agent does to it.

import * as claim from "./claim.js";
import * as clock from "./clock.js";
import * as hand from "./hand.js";
import { act, part, post } from "./http.js";
import * as list from "./list.js";
import * as paper from "./paper.js";
import * as saved from "./saved.js";
import * as translate from "./translate.js";
import * as undo from "./undo.js";
import { calm, complain, say, word } from "./words.js";

const desk = document.getElementById("desk");
const thread = (root = desk) => root.querySelector(".thread[data-id]");
const form = (root = desk) => root.querySelector("#draft");
let shown = null; // id of the open conversation
let news = null; // what has come and was not read yet: a fragment
let busy = false;

export const id = () => shown;

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

/** What must be read before anything is approved: "arrived", "changed", "new_draft"; else nothing. */
function surprise(next, draft) {
  const old = thread().dataset;
  if (old.state !== "waiting") return "";
  if (next.dataset.newest !== old.newest) return "arrived";
  if (next.dataset.state !== "waiting") return paper.touched() ? "changed" : "";
  const other = draft.dataset.version !== form().dataset.version;
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
  const other = !form() || !form(fresh) || form().dataset.version !== form(fresh).dataset.version || form().dataset.ready !== form(fresh).dataset.ready || request() !== request(fresh);
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

/** Do something with the open conversation, once at a time; a refusal is explained. */
async function attempt(work) {
  if (busy || !shown) return;
  busy = true;
  calm();
  try {
    await work(shown);
  } catch (refused) {
    if (!refused.code) throw refused;
    complain(refused);
    if (refused.code === "rule_violation") broken(refused.details.findings);
    if (refused.code === "not_claimed") claim.forget(shown);
    if (refused.status === 409) renew();
  } finally {
    busy = false;
  }
}

function broken(findings) {
  if (!form()) return;
  paper.object(findings);
  document.getElementById("override").hidden = !("mayOverride" in form().dataset);
  paper.box().focus();
}

const buyer = () => document.querySelector("#buyer bdi").textContent;

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

function done(id, text, html) {
  if (id === shown) paper.clear();
  saved.drop(id);
  claim.forget(id);
  leave(id, text, html);
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

/** The most urgent conversation that nobody is in; the open one is passed on, with a reason. */
export async function next({ reason = "" } = {}) {
  const open = thread()?.dataset.state === "waiting" && !paper.touched() ? shown : null;
  if (open && "guided" in document.body.dataset && !reason) return document.getElementById("ask-skip").showModal();
  if (busy) return;
  busy = true;
  calm();
  try {
    const found = await post("/api/v1/next", open ? { skip: open, reason } : {});
    if (!found.id) return say(word("nothing_next"));
    claim.adopt(found.id, found);
    show(found.id);
  } catch (refused) {
    if (!refused.code) throw refused;
    complain(refused);
  } finally {
    busy = false;
  }
}

/** Put a conversation on the desk, whether the list has it or not. */
function show(id) {
  const row = document.getElementById(`row-${id}`);
  if (row) return list.open(row, { focus: true });
  const path = `/c/${id}?${list.query()}`;
  history.pushState({ htmx: true }, "", path);
  htmx.ajax("GET", path, { target: "#desk", swap: "innerHTML show:none" });
}

export function takeOver() {
  attempt(async (id) => {
    claim.adopt(id, await act(id, "take-over"));
    await renew();
  });
}

/** A colleague took the open conversation over: nothing of ours is sent any more. */
export function lostTo(id, holder) {
  if (claim.lostTo(id, holder) && paper.touched()) saved.save(id, paper.box().value);
}

export function approve() {
  if (!form()?.querySelector("[data-do=approve]")) return;
  if (news) {
    say(word("disarmed"));
    document.getElementById("arrived").querySelector("button").focus();
    return;
  }
  attempt(async (id) => {
    // What is shown now is what is approved, whatever is put on the desk meanwhile.
    const body = { draft_version: Number(form().dataset.version) };
    if (paper.touched() || form().dataset.ready === "no") body.text = paper.box().value;
    const reason = document.getElementById("override-reason").value.trim();
    if (reason) body.override = reason;
    const about = document.getElementById("about")?.value;
    if (about) body.intent = about;
    const name = buyer();
    const then = list.nextAfter(id)?.dataset.id ?? "";
    body.token = await claim.known(id);
    const answer = await post(`/c/${id}/approve?${list.query()}&then=${then}`, body);
    const why = answer.second_yes?.why;
    if (!why) undo.offer({ id, buyer: name, until: Date.parse(answer.undo_until) });
    done(id, why && word(why === "trainee" ? "asked_trainee" : "asked_above_cap"), then && answer.shown);
  });
}

/** Id of what waits for a second yes. */
const request = (root = desk) => root.querySelector("#second-yes")?.dataset.id;

/** Say yes to what a colleague has prepared. */
export function confirm() {
  if (!request()) return;
  if (news) return say(word("disarmed"));
  attempt(async (id) => {
    const body = { id: request() };
    const reason = document.getElementById("override-reason").value.trim();
    if (reason) body.override = reason;
    const answer = await act(id, "confirm", body);
    undo.offer({ id, buyer: buyer(), until: Date.parse(answer.undo_until) });
    done(id);
  });
}

/** Say no to it, and why. */
export function decline() {
  const field = document.getElementById("decline-reason");
  const reason = field?.value.trim() ?? "";
  if (reason.length < 3) {
    say(word("reason_missing"));
    field?.focus();
    return;
  }
  attempt(async (id) => {
    await act(id, "decline", { id: request(), reason });
    say(word("declined"));
    await renew();
  });
}

export function noReplyNeeded() {
  if (!form()?.querySelector("[data-do=no-reply-needed]")) return;
  attempt(async (id) => {
    await act(id, "no-reply-needed", { newest: Number(thread().dataset.newest) });
    done(id, word("no_reply", { buyer: buyer() }));
  });
}

function throwAway(verb, body, text) {
  if (!form()) return;
  attempt(async (id) => {
    await claim.take(id);
    await act(id, verb, body);
    if (form()) form().dataset.ready = "no"; // what comes next is asked for
    say(text);
    await renew();
    paper.box()?.focus();
  });
}

export const reject = () => throwAway("reject", { draft_version: Number(form()?.dataset.version) }, word("rejected"));
export const redraft = () => throwAway("redraft", {}, word("redrafting"));

export function resolve(outcome) {
  attempt(async (id) => {
    await act(id, "resolve-uncertain", { outcome });
    say(word("resolved"));
    await renew();
  });
}

export async function takeBack() {
  const back = await undo.undo();
  if (!back) return;
  await list.renew([back]);
  const row = document.getElementById(`row-${back}`);
  if (back === shown) await renew();
  else if (row) list.open(row);
}

export function takeBackThis() {
  attempt(async (id) => {
    await act(id, "undo");
    say(word("undone"));
    await renew();
  });
}

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
    arrive();
  });
  desk.addEventListener("input", ({ target }) => target === paper.box() && paper.changed(shown));
  desk.addEventListener("submit", (event) => {
    event.preventDefault();
    approve();
  });
  arrive();
}
