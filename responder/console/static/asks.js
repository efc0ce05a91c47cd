// Asking before something is done: snooze, assign, note, tags, escalate; for one conversation or several.

import * as bulk from "./bulk.js";
import * as clock from "./clock.js";
import * as deeds from "./deeds.js";
import * as desk from "./desk.js";
import { act } from "./http.js";
import * as list from "./list.js";
import { complain, say, word } from "./words.js";

const HOUR = 3_600_000;
const field = (form, name) => form.elements[name];
const split = (text) => text.split(/[,，]/).map((one) => one.trim()).filter(Boolean);

/** What each dialog's form says, as the API takes it. */
const BODIES = {
  snooze: (form, button) => ({ until: moment(form, button) }),
  assign: (form) => ({ assignee: field(form, "assignee").value || null, note: field(form, "note").value.trim() }),
  note: (form) => ({ text: field(form, "text").value }),
  tags: (form) => {
    const flag = field(form, "flag").value;
    const body = { add: split(field(form, "add").value), remove: unkept(form) };
    return flag === "keep" ? body : { ...body, flag };
  },
  escalate: (form) => ({ reason: field(form, "reason").value.trim() }),
};

function moment(form, button) {
  if (button?.name === "minutes") {
    const minutes = Number(button.value);
    return minutes ? new Date(clock.now() + minutes * (HOUR / 60)).toISOString() : null;
  }
  const typed = field(form, "until").value;
  return typed ? new Date(typed).toISOString() : null;
}

const unkept = (form) => [...form.querySelectorAll("#ask-kept input:not(:checked)")].map((box) => box.value);

/** Open the dialog of a verb. */
export function ask(verb) {
  if (!desk.id() && !bulk.some()) return;
  const dialog = document.getElementById(`ask-${verb}`);
  dialog.querySelector("form").reset();
  if (verb === "tags") showKept(dialog);
  dialog.returnValue = "";
  dialog.showModal();
  dialog.querySelector("textarea, input:not([type=radio]), select")?.focus();
}

function showKept(dialog) {
  const kept = dialog.querySelector("#ask-kept");
  const tags = bulk.some() ? [] : [...document.querySelectorAll("#facts [data-tag]")].map((one) => one.dataset.tag);
  const boxes = tags.map((tag) => {
    const label = document.createElement("label");
    const box = Object.assign(document.createElement("input"), { type: "checkbox", value: tag, checked: true });
    label.append(box, ` ${tag}`);
    return label;
  });
  kept.replaceChildren(kept.firstElementChild, ...boxes);
  kept.hidden = !boxes.length;
}

/** What is asked about: all that was chosen, or what is on the desk. */
const meant = () => (bulk.some() ? bulk.chosen() : [desk.id()]);

/** Nothing came of it: the words that were typed are still there. */
function reopen(form) {
  if (!document.querySelector("dialog[open]")) form.closest("dialog").showModal();
}

async function submit(event) {
  const form = event.target.closest("form[data-ask]");
  if (!form || event.submitter?.value === "no") return;
  const verb = form.dataset.ask;
  if (verb === "skip") return deeds.next({ reason: field(form, "reason").value.trim() });
  const body = BODIES[verb](form, event.submitter);
  if (verb === "snooze" && body.until === null && event.submitter?.name !== "minutes") return;
  const ids = meant();
  const failed = await bulk.each(ids, (id) => act(id, verb, body));
  if (failed.length) complain(failed[0]);
  if (failed.length === ids.length) return String(meant()) === String(ids) && reopen(form);
  if (!failed.length) say(word("resolved"));
  bulk.clear();
  if (verb === "snooze" && body.until && ids.length === 1 && !failed.length) return desk.leave(ids[0]);
  list.renew(ids).catch(complain);
  if (ids.includes(desk.id())) desk.renew();
}

export function start() {
  document.addEventListener("submit", submit);
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("form[data-ask]");
    if (!form || event.key !== "Enter" || !event.ctrlKey) return;
    event.stopPropagation();
    event.preventDefault();
    form.requestSubmit(form.querySelector("button.primary"));
  }, { capture: true });
}
