// Starts the page; buttons say with `data-do` what they do.

import * as asks from "./asks.js";
import * as bulk from "./bulk.js";
import * as claim from "./claim.js";
import * as clock from "./clock.js";
import * as deeds from "./deeds.js";
import * as desk from "./desk.js";
import * as files from "./files.js";
import * as fold from "./fold.js";
import * as hand from "./hand.js";
import * as keys from "./keys.js";
import * as list from "./list.js";
import * as live from "./live.js";
import * as palette from "./palette.js";
import * as paper from "./paper.js";
import * as presence from "./presence.js";
import * as saved from "./saved.js";
import { calm, complain, say, word } from "./words.js";
import { Refused } from "./http.js";

const DO = {
  approve: () => {}, // the form is submitted
  "no-reply-needed": deeds.noReplyNeeded,
  reject: deeds.reject,
  redraft: deeds.redraft,
  discard: desk.discard,
  confirm: deeds.confirm,
  decline: deeds.decline,
  "take-asked": () => desk.fill(document.querySelector("#second-yes blockquote").textContent),
  "catch-up": desk.catchUp,
  "take-held": (button) => desk.fill(button.previousElementSibling.textContent),
  "was-sent": () => deeds.resolve("sent"),
  "was-not-sent": () => deeds.resolve("not_sent"),
  attach: files.pick,
  "drop-file": (button) => files.drop(desk.id(), button),
  undo: deeds.takeBack,
  "undo-this": deeds.takeBackThis,
  next: () => deeds.next(),
  "take-over": deeds.takeOver,
  "ask-snooze": () => asks.ask("snooze"),
  "ask-assign": () => asks.ask("assign"),
  "ask-note": () => asks.ask("note"),
  "ask-tags": () => asks.ask("tags"),
  "ask-escalate": () => asks.ask("escalate"),
  tick: () => bulk.tick(list.current()),
  "tick-all": bulk.all,
  "tick-none": bulk.clear,
  help: () => document.getElementById("help").showModal(),
};

palette.begin({ ...DO, approve: deeds.yes, edit: paper.edit });

async function copy(text) {
  await navigator.clipboard.writeText(text);
  say(word("copied"));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button, a.back");
  if (!button) return;
  const { option, copy: words } = button.dataset;
  if (button.dataset.do) DO[button.dataset.do](button);
  else if (option) desk.fill(button.querySelector(".text").textContent);
  else if (words) copy(words);
  else if ("close" in button.dataset) calm();
  else if (button.matches(".back")) {
    event.preventDefault();
    document.body.dataset.pane = "list";
    list.current()?.querySelector("a").focus();
  }
});

// A picture that cannot be had (any more) is a name, as any other file.
function named(image) {
  const item = image.closest?.(".picture");
  if (!item) return;
  const name = document.createElement("bdi");
  name.textContent = image.alt;
  item.className = "";
  item.replaceChildren(name);
}

document.addEventListener("error", ({ target }) => named(target), { capture: true });
for (const image of document.querySelectorAll(".picture img")) {
  if (image.complete && image.currentSrc && !image.naturalWidth) named(image); // before we came
}

document.addEventListener("htmx:responseError", ({ detail }) => {
  complain(new Refused(detail.xhr.status, detail.xhr.status === 404 ? "not_found" : "other"));
});
document.addEventListener("htmx:sendError", () => complain(new Refused(0, "offline")));

for (const part of [hand, saved, clock, fold, list, desk, deeds, claim, keys, live, asks, bulk, presence]) part.start?.();
files.start(desk.id);
