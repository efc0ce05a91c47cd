// What happens while we look: one event stream, and a look every ten seconds where it is broken.

import * as clock from "./clock.js";
import * as desk from "./desk.js";
import { part } from "./http.js";
import * as list from "./list.js";
import * as undo from "./undo.js";
import { reached, say, word } from "./words.js";

const TYPES = [
  "message", "draft_ready", "draft_rejected", "claimed", "released", "approved", "sending", "withdrawn",
  "held", "sent", "uncertain", "refused", "not_sent", "no_reply_needed", "answered_elsewhere", "risk",
  "assigned", "tagged", "note", "snoozed", "escalated", "purged", "account_down", "account_warning", "account_recovered",
  "ingest_gap", "gap_closed", "looking", "looked_away", "second_yes_asked", "second_yes_declined", "replanned",
  "file_attached", "file_removed",
];
const GLANCES = new Set(["looking", "looked_away"]); // of colleagues: shown where we look too
const SETTLED = new Set(["sending", "withdrawn", "held", "sent", "uncertain", "refused"]);
const GATHER = 150; // milliseconds in which events are gathered before they are looked at
const POLL = 10000;
const SLOWLY = 60000; // what changes without an event: a snooze that ends, a claim that runs out

let position = document.body.dataset.since;
let source = null;
let again = 0;
let touched = new Set();
let written = new Set();
let timer = 0;
let polling = 0;
let counted = 0;

/** A browser has six lines to one server: a tab that nobody sees leaves them to the others. */
function connect() {
  source?.close();
  if (document.hidden) return;
  source = new EventSource(`/api/v1/events?last_event_id=${encodeURIComponent(position)}`);
  source.onopen = () => state("live");
  source.onerror = ({ target }) => {
    state("reconnecting");
    if (target.readyState !== EventSource.CLOSED) return; // it comes again by itself, from where it was
    position = "";
    clearTimeout(again);
    again = setTimeout(connect, 3000);
  };
  for (const type of TYPES) source.addEventListener(type, notice);
}

function state(name) {
  const sign = document.getElementById("live");
  if (sign.dataset.state === name) return;
  const was = sign.dataset.state;
  paint(name);
  clearInterval(polling);
  if (name === "reconnecting") polling = setInterval(look, POLL);
  else if (was === "reconnecting") {
    reached();
    look();
  }
}

function paint(name) {
  const sign = document.getElementById("live");
  sign.dataset.state = name;
  sign.lastElementChild.textContent = word(name);
}

function notice(event) {
  position = event.lastEventId || position;
  const { type, conversation, author, by, from } = JSON.parse(event.data);
  const me = document.body.dataset.agent;
  if (GLANCES.has(type) && (by === me || conversation !== desk.id())) return;
  if (type === "claimed" && from === me && by !== me) desk.lostTo(conversation, by);
  if (conversation) touched.add(conversation);
  if (SETTLED.has(type)) undo.forget(conversation);
  if (type === "message" && author === "buyer") written.add(conversation);
  timer ||= setTimeout(flush, GATHER);
}

async function flush() {
  const [ids, writers] = [[...touched], written];
  [touched, written, timer] = [new Set(), new Set(), 0];
  count();
  await Promise.allSettled([
    ids.length ? list.renew(ids.slice(-200)) : null,
    ids.includes(desk.id()) ? desk.renew() : null,
  ]);
  const row = document.getElementById(`row-${[...writers].at(-1)}`);
  if (row) say(word("new_message", { buyer: row.querySelector(".buyer").textContent.trim() }));
}

/** The views' counts, at most once in a second and a half. */
function count() {
  counted ||= setTimeout(async () => {
    counted = 0;
    const fresh = await part(`/views?${list.query()}`, "views").catch(() => null);
    if (fresh) renewViews(fresh.getElementById("views"));
  }, 1500);
}

/** Only the figures change: what has the focus stays. */
function renewViews(fresh) {
  clock.set(fresh.dataset.now);
  const old = document.querySelectorAll("#views > ul");
  fresh.querySelectorAll("ul").forEach((ul, at) => {
    const links = old[at].querySelectorAll("a");
    ul.querySelectorAll("a").forEach((link, place) => links[place]?.replaceChildren(...link.childNodes));
  });
}

/** Look at everything that is shown. */
function look() {
  count();
  list.renewAll().catch(() => {});
  if (desk.id()) desk.renew();
}

export function start() {
  connect();
  document.addEventListener("visibilitychange", () => {
    connect();
    if (!document.hidden) look(); // it may be days, of which not all is kept
  });
  setInterval(() => document.hidden || look(), SLOWLY);
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    const sign = document.getElementById("live");
    if (detail.target.id === "list" && sign.dataset.state === "connecting") paint("live");
  });
}
