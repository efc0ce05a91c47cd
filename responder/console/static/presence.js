// Tells that somebody is in front of this page, and what they look at.

import * as desk from "./desk.js";
import { post } from "./http.js";

const DWELL = 800; // milliseconds on one conversation before it counts
const BEAT = 30_000;
let timer = 0;

function tell(options) {
  if (document.hidden && !options) return;
  const body = options ? { gone: true } : { looking: desk.id() };
  post("/api/v1/presence", body, options).catch(() => {}); // the next beat says it again
}

/** Another conversation is on the desk. */
function moved() {
  clearTimeout(timer);
  timer = setTimeout(tell, DWELL);
}

export function start() {
  tell();
  setInterval(tell, BEAT);
  document.addEventListener("htmx:afterSwap", ({ detail }) => detail.target.id === "desk" && moved());
  document.addEventListener("visibilitychange", () => document.hidden || tell());
  addEventListener("pagehide", () => tell({ keepalive: true }));
}
