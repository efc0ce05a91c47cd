// The claim on the open conversation: taken with the first keystroke, renewed while somebody works.

import * as clock from "./clock.js";
import { act } from "./http.js";
import { complain, word } from "./words.js";

let held = null; // {id, token, until, lasts}
let active = 0;
let asking = null; // {id, answer}

/** The token of our claim; taken if we have none. */
export async function take(id) {
  active = clock.now();
  if (held?.id === id && held.until > clock.now()) return held.token;
  if (asking?.id !== id) {
    const mine = { id, answer: ask(id).finally(() => asking === mine && (asking = null)) };
    asking = mine;
  }
  return asking.answer;
}

/** The token of our claim where we have one, or are about to; "" where we have none. */
export async function known(id) {
  active = clock.now();
  if (asking?.id === id) return asking.answer;
  return held?.id === id && held.until > clock.now() ? held.token : "";
}

async function ask(id) {
  const { token, expires_at } = await act(id, "claim");
  const until = Date.parse(expires_at);
  held = { id, token, until, lasts: until - clock.now() };
  return token;
}

/** The server has taken it back with the work done. */
export function forget(id) {
  if (held?.id === id) held = null;
}

/** Take over what the server gave us already. */
export function adopt(id, { token, expires_at }) {
  if (held && held.id !== id) release();
  const until = Date.parse(expires_at);
  active = clock.now();
  held = { id, token, until, lasts: until - clock.now() };
}

/** Somebody else has taken a conversation over; true if it was ours. */
export function lostTo(id, holder) {
  if (held?.id !== id) return false;
  held = null;
  complain(word("taken_over", { holder }));
  return true;
}

/** Let others in; what is on the desk stays ours. */
export function release(except = null) {
  if (held && held.id === except) return;
  if (held) act(held.id, "release", { token: held.token }, { keepalive: true }).catch(() => {});
  held = null;
}

async function beat() {
  if (!held || held.until - clock.now() > held.lasts * 0.7) return;
  if (clock.now() - active > held.lasts) return lost(clock.now() > held.until);
  const { id, token } = held;
  try {
    const answer = await act(id, "heartbeat", { token });
    if (held?.token === token) held.until = Date.parse(answer.expires_at);
  } catch (refused) {
    if (held?.token === token) lost(refused.status === 409);
  }
}

function lost(surely) {
  if (!surely) return;
  held = null;
  complain(word("claim_lost"));
}

export function start() {
  setInterval(beat, 5000);
  addEventListener("pagehide", () => release());
  for (const kind of ["keydown", "pointerdown"]) {
    addEventListener(kind, () => (active = clock.now()), { capture: true, passive: true });
  }
}
