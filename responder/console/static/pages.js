// The pages beside the desk: forms that speak to the API, and figures that stay live.

import * as clock from "./clock.js";
import { part, post } from "./http.js";
import { calm, complain, say, word } from "./words.js";

const list = (text) => text.split(/[,，]/).map((one) => one.trim()).filter(Boolean);

/** A form's fields as the API takes them. */
function body(form) {
  const told = {};
  for (const field of form.elements) {
    if (!field.name) continue;
    if ("list" in field.dataset) told[field.name] = list(field.value);
    else if ("number" in field.dataset) told[field.name] = Number(field.value || 0);
    else told[field.name] = field.value;
  }
  return told;
}

/** What happens after it has worked. */
const THEN = {
  reload: () => location.reload(),
  kept: ({ version }, form) => {
    form.elements.version.value = version;
    say(word("done"));
  },
  link: ({ path }) => say(`${word("invited")} ${location.origin}${path}`),
  secret: ({ secret, address, drawing }) => {
    const form = document.getElementById("enrol");
    form.hidden = false;
    form.elements.secret.value = secret;
    document.getElementById("secret").textContent = secret.match(/.{1,4}/g).join(" ");
    document.getElementById("secret-link").href = address;
    const picture = document.getElementById("drawing");
    picture.setAttribute("viewBox", `0 0 ${drawing.size} ${drawing.size}`);
    picture.firstElementChild.setAttribute("d", drawing.path);
    form.elements.code.focus();
  },
  tried: ({ ok, said }) => {
    const place = document.getElementById("tried");
    place.textContent = said;
    place.dataset.ok = ok ? "yes" : "no";
  },
};

async function send(element, told) {
  const before = document.getElementById("tried");
  if (before) before.textContent = "";
  calm();
  say("");
  const button = element.matches("button") ? element : element.querySelector("button.primary, button");
  button.disabled = true;
  try {
    const answer = await post(element.dataset.post, told);
    const { then } = element.dataset;
    if (then?.startsWith("/")) location.assign(then);
    else if (then) THEN[then](answer, element);
    else say(word("done"));
  } catch (refused) {
    if (!refused.code) throw refused;
    complain(refused);
  } finally {
    button.disabled = false;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.post) return;
  event.preventDefault();
  send(form, body(form));
});

// What was said to another text is no answer to this one.
document.addEventListener("input", (event) => {
  if (event.target.id === "table") document.getElementById("tried").textContent = "";
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { post: path, name, sure, example } = button.dataset;
  if ("close" in button.dataset) calm();
  else if (example) {
    document.getElementById("tried").textContent = "";
    document.getElementById("table").value = document.getElementById(`example-${example}`).content.textContent;
  } else if (path && (!sure || confirm(sure))) send(button, name ? { name } : {});
});

// Figures that stay live: looked at anew after events, at most every three seconds.

const live = document.querySelector("[data-renew]");
let waiting = 0;

async function renew() {
  waiting = 0;
  const fresh = await part(live.dataset.renew, live.id).catch(() => null);
  if (!fresh) return;
  if (live.contains(document.activeElement)) return later(); // nothing moves under a hand
  const open = [...live.querySelectorAll("section:has(details[open])")].map((section) => section.getAttribute("aria-labelledby"));
  live.replaceChildren(...fresh.childNodes);
  for (const name of open) {
    const table = live.querySelector(`section[aria-labelledby="${name}"] details`);
    if (table) table.open = true;
  }
  wake();
}

const later = () => (waiting ||= setTimeout(renew, 3000));

function wake() {
  clock.set(live.querySelector("[data-now]")?.dataset.now);
  clock.localize(live);
  for (const time of live.querySelectorAll("time[data-due]")) time.textContent = clock.left(Number(time.dataset.due));
}

let source = null;

/** While somebody looks: see `live.js`. */
function listen() {
  source?.close();
  if (document.hidden) return;
  source = new EventSource("/api/v1/events");
  for (const type of live.dataset.types.split(" ")) source.addEventListener(type, later);
}

clock.localize();
clock.tellZone();
if (live) {
  wake();
  setInterval(wake, 1000);
  setInterval(later, 30_000);
  listen();
  document.addEventListener("visibilitychange", () => {
    listen();
    later(); // what was missed
  });
}
