// Running clocks: the server's time, counted down here every second.

import { word } from "./words.js";

let skew = 0;

/** Learn what time it is at the server. */
export function set(now) {
  if (now) skew = Number(now) - Date.now();
}

export function now() {
  return Date.now() + skew;
}

const two = (number) => String(number).padStart(2, "0");

/** As `figures.py` says it. */
export function left(due) {
  const span = Math.floor((due - now()) / 1000);
  if (span < 0) return word("overdue", { span: roughly(-span) });
  const hours = Math.floor(span / 3600);
  const minutes = Math.floor(span / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(span % 60)}` : `${minutes}:${two(span % 60)}`;
}

function roughly(seconds) {
  const minutes = Math.max(Math.floor(seconds / 60), 1);
  if (minutes < 60) return word("minutes", { minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return word("hours", { hours, minutes: minutes % 60 });
  return word("days", { days: Math.floor(hours / 24) });
}

/** Bring every clock below `root` up to date that can be seen. */
export function tick(root = document) {
  const moment = now();
  for (const part of root === document ? parts() : [root]) {
    for (const time of part.querySelectorAll("time[data-due]")) count(time, moment);
    for (const holder of part.querySelectorAll("[data-until]:not([hidden])")) {
      if (Number(holder.dataset.until) <= moment) holder.hidden = true;
    }
  }
}

/** A list of thousands has few rows in sight; the others are brought up to date when they appear. */
function* parts() {
  yield document.getElementById("desk");
  for (const chunk of document.querySelectorAll(".chunk")) {
    if (chunk.checkVisibility?.({ contentVisibilityAuto: true }) ?? true) yield chunk;
  }
}

function count(time, moment) {
  const due = Number(time.dataset.due);
  const text = left(due);
  if (time.textContent !== text) time.textContent = text;
  const clock = time.parentElement;
  if (due <= moment) clock.className = clock.matches(".team") ? "team team-late" : "clock risk-breached";
}

const zone = document.documentElement.lang;
const here = new Intl.DateTimeFormat(zone, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });

/** Moments on the reader's own wall clock. */
export function localize(root = document) {
  for (const time of root.querySelectorAll("time.local:empty")) {
    time.textContent = here.format(new Date(time.dateTime));
  }
}

/** Pages that the server draws (pictures by the hour) are told where the reader is. */
export function tellZone() {
  document.cookie = `zone=${Intl.DateTimeFormat().resolvedOptions().timeZone};path=/;max-age=31536000;samesite=lax`;
}

export function start() {
  tellZone();
  set(document.body.dataset.now);
  localize();
  tick();
  setInterval(tick, 1000);
}
