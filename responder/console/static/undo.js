// Approvals that can still be taken back, the latest first.

import * as clock from "./clock.js";
import { act } from "./http.js";
import { complain, say, word } from "./words.js";

const bar = document.getElementById("undo");
let kept = []; // {id, reply, buyer, until, text: the agent's own words, if the draft was edited}
let timer = 0;

export function offer(approved) {
  kept.push(approved);
  say(word("approved", approved));
  draw();
}

/** It has left, or it came back by itself. */
export function forget(id) {
  kept = kept.filter((one) => one.id !== id);
  draw();
}

/** Take the latest approval back; it as it was offered, or null. */
export async function undo() {
  const last = kept.pop();
  draw();
  if (!last) return null;
  try {
    await act(last.id, "undo", { reply_id: last.reply });
  } catch (refused) {
    if (!refused.status || refused.status >= 500) kept.push(last); // no answer: it may be tried again
    draw();
    complain(refused);
    return null;
  }
  say(word("undone"));
  return last;
}

function draw() {
  kept = kept.filter((one) => one.until > clock.now());
  const last = kept.at(-1);
  bar.hidden = !last;
  if (!last) return;
  const seconds = Math.ceil((last.until - clock.now()) / 1000);
  bar.firstElementChild.textContent = word("leaves_in", { buyer: last.buyer, seconds });
  clearTimeout(timer);
  timer = setTimeout(draw, 200);
}
