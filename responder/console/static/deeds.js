// What an agent does to the open conversation: one thing at a time, and a refusal is explained.

import * as claim from "./claim.js";
import * as files from "./files.js";
import { fill, form, fresh, id as shown, leave, renew, request, show, thread, unread } from "./desk.js";
import { act, post } from "./http.js";
import * as list from "./list.js";
import * as paper from "./paper.js";
import * as saved from "./saved.js";
import * as undo from "./undo.js";
import { calm, complain, say, word } from "./words.js";

let busy = false;

/** The reply that is shown as on its way, or uncertain. */
const reply = () => document.querySelector("#reply [data-reply]")?.dataset.reply ?? "";

const buyer = () => document.querySelector("#buyer bdi").textContent;

async function attempt(work) {
  if (busy || !shown() || fresh()) return;
  busy = true;
  calm();
  try {
    await work(shown());
  } catch (refused) {
    if (!refused.code) throw refused;
    complain(refused);
    if (refused.code === "rule_violation") broken(refused.details.findings);
    if (refused.code === "not_claimed") claim.forget(shown());
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

function done(id, text, html) {
  if (id === shown()) paper.clear();
  saved.drop(id);
  claim.forget(id);
  leave(id, text, html);
}

/** What a single key means: yes to what a colleague asks for, else to what stands in the box. */
export function yes() {
  const asked = document.querySelector("#second-yes [data-do=confirm]");
  return asked && !paper.touched() ? confirm() : approve();
}

export function approve() {
  if (!form()?.querySelector("[data-do=approve]")) return;
  if (unread()) {
    say(word("disarmed"));
    document.getElementById("arrived").querySelector("button").focus();
    return;
  }
  if (files.busy(shown())) return complain(word("files_busy"));
  attempt(async (id) => {
    paper.rest(); // no claim that the answer would overtake
    // What is shown now is what is approved, whatever is put on the desk meanwhile.
    const body = { draft_version: Number(form().dataset.version) };
    if (paper.touched() || form().dataset.ready === "no") {
      Object.assign(body, { text: paper.box().value, newest: Number(thread().dataset.newest) });
    } else body.draft_made_at = form().dataset.made;
    const chosen = files.chosen();
    if (chosen.length) body.files = chosen;
    const reason = document.getElementById("override-reason").value.trim();
    if (reason) body.override = reason;
    const about = document.getElementById("about")?.value;
    if (about) body.intent = about;
    if (request()) body.instead_of = request(); // it is shown above: other words are meant
    const name = buyer();
    const then = list.nextAfter(id)?.dataset.id ?? "";
    body.token = await claim.known(id);
    const answer = await post(`/c/${id}/approve?${list.query()}&then=${then}`, body);
    const why = answer.second_yes?.why;
    if (!why) undo.offer({ id, reply: answer.reply_id, buyer: name, until: Date.parse(answer.undo_until), text: body.text });
    done(id, why && word(why === "trainee" ? "asked_trainee" : "asked_above_cap"), then && answer.shown);
  });
}

/** Say yes to what a colleague has prepared. */
export function confirm() {
  if (!request()) return;
  if (unread()) return say(word("disarmed"));
  attempt(async (id) => {
    const body = { id: request() };
    const reason = document.getElementById("override-reason").value.trim();
    if (reason) body.override = reason;
    const answer = await act(id, "confirm", body);
    undo.offer({ id, reply: answer.reply_id, buyer: buyer(), until: Date.parse(answer.undo_until) });
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
    if (id === shown()) document.getElementById("second-yes")?.remove();
    expectNews(id);
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

/** What comes next was asked for here: it takes nobody by surprise. */
function expectNews(id) {
  if (id === shown() && form()) form().dataset.ready = "no";
}

function throwAway(verb, body, text) {
  if (!form()) return;
  attempt(async (id) => {
    await claim.take(id);
    await act(id, verb, body);
    expectNews(id);
    say(text);
    await renew();
    paper.box()?.focus();
  });
}

export const reject = () => throwAway("reject", { draft_version: Number(form()?.dataset.version) }, word("rejected"));
export const redraft = () => throwAway("redraft", {}, word("redrafting"));

export function resolve(outcome) {
  attempt(async (id) => {
    await act(id, "resolve-uncertain", { outcome, reply_id: reply() });
    say(word("resolved"));
    await renew();
  });
}

export async function takeBack() {
  const taken = await undo.undo();
  if (!taken) return;
  const { id: back, text } = taken;
  // The next approval means these words, not the draft; unless others have been typed meanwhile.
  if (text && saved.load(back) === null) saved.save(back, text);
  await list.renew([back]);
  const row = document.getElementById(`row-${back}`);
  if (back === shown()) await renew();
  else if (row) list.open(row);
}

export function takeBackThis() {
  attempt(async (id) => {
    await act(id, "undo", { reply_id: reply() });
    await renew();
    const held = document.querySelector("#reply [data-do=take-held]")?.previousElementSibling.textContent;
    if (id === shown() && held && !paper.touched()) fill(held); // what was typed since stays
    say(word("undone"));
  });
}

/** The most urgent conversation that nobody is in; the open one is passed on, with a reason. */
export async function next({ reason = "" } = {}) {
  const open = thread()?.dataset.state === "waiting" && !paper.touched() ? shown() : null;
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

export function takeOver() {
  attempt(async (id) => {
    claim.adopt(id, await act(id, "take-over"));
    await renew();
  });
}

export function start() {
  document.getElementById("desk").addEventListener("submit", (event) => {
    event.preventDefault();
    approve();
  });
}
