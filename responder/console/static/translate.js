// Translations beside the original, where the seller wants a language model. They are never sent.

import { act } from "./http.js";
import { word } from "./words.js";

const LAST = 4; // of the buyer's messages, the newest ones
const known = new Map(); // what was asked for before: a promise of its translation

function ask(id, what) {
  const key = JSON.stringify([id, what]);
  if (!known.has(key)) {
    const answer = act(id, "translate", { ...what, to: document.documentElement.lang });
    known.set(key, answer.then(({ text }) => text));
    answer.catch(() => known.delete(key));
  }
  return known.get(key);
}

/** Put the translation into `place`; what is in the reader's language already has none. */
async function fill(place, id, what) {
  let text;
  try {
    text = await ask(id, what);
  } catch {
    text = word("not_translated");
  }
  place.hidden = !text;
  place.lastElementChild.textContent = text ?? "";
}

function place(element) {
  const box = element.cloneNode(true);
  box.hidden = true;
  box.removeAttribute("id");
  return box;
}

/** The newest messages of the buyer, and the text in the reply box. */
export function show(thread, id) {
  if (!thread || !("translate" in thread.dataset)) return;
  const model = document.getElementById("translation");
  for (const message of [...thread.querySelectorAll(".message-buyer")].slice(-LAST)) {
    if (!model || message.querySelector(".translation")) continue;
    const box = place(model);
    message.append(box);
    fill(box, id, { seq: Number(message.dataset.seq) });
  }
  const box = thread.querySelector("#text");
  if (!box || !model) return;
  const back = () => (box.value.trim() ? fill(model, id, { text: box.value }) : (model.hidden = true));
  if (!box.dataset.translated) box.addEventListener("change", back);
  box.dataset.translated = "yes";
  back();
}
