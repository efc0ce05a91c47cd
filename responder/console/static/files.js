// Files that go with the reply: picked, dropped or pasted; uploaded at once, shown as chips.

import * as claim from "./claim.js";
import { del, Refused, upload } from "./http.js";
import { complain, explain, say, word } from "./words.js";

const box = () => document.getElementById("files");
const chips = () => [...(box()?.querySelectorAll("li") ?? [])];
const running = new Map(); // chip -> {id of the conversation, how to stop its upload}

/** The ids of what goes with the reply, in the order shown. */
export const chosen = () => chips().flatMap(({ dataset }) => dataset.file ?? []);

/** Whether something for the conversation `id` is still on its way to us. */
export const busy = (id) => [...running.values()].some((one) => one.id === id);

export const pick = () => document.getElementById("pick")?.click();

const size = (bytes) =>
  bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1048576).toFixed(1).replace(".0", "")} MB`;

/** Why these may not go, before a byte of them leaves; nothing where they may. */
function objection(file) {
  const { count, total, endings } = box().dataset;
  const ending = file.name.split(".").at(-1).toLowerCase();
  const together = chips().reduce((sum, { dataset }) => sum + Number(dataset.size ?? 0), file.size);
  const told = { name: file.name, endings: endings.replaceAll(" ", ", "), count, most: size(Number(total)) };
  if (!file.size) return word("file.empty", told);
  if (!endings.split(" ").includes(ending)) return word("file.ending", told);
  if (chips().filter(({ dataset }) => dataset.size).length >= Number(count)) return word("file.count", told);
  return together > Number(total) ? word("file.total", told) : "";
}

/** Upload what somebody has picked for the conversation `id`. */
export async function add(id, files) {
  if (!files.length) return;
  if (!box()) return complain(new Refused(409, "no_files"));
  for (const file of files) {
    const why = objection(file);
    const chip = draw(file, why);
    if (!why) await send(id, file, chip);
  }
}

function draw(file, why) {
  const chip = document.createElement("li");
  const [name, weight, bar, button] = ["bdi", "span", "progress", "button"].map((tag) => document.createElement(tag));
  name.textContent = file.name;
  weight.className = "muted";
  weight.textContent = why || size(file.size);
  button.type = "button";
  button.dataset.do = "drop-file";
  button.className = "quiet";
  button.textContent = "✕";
  button.setAttribute("aria-label", word("file.remove", { name: file.name }));
  bar.max = 1;
  bar.setAttribute("aria-label", file.name);
  chip.append(name, " ", weight, ...(why ? [] : [bar]), button);
  chip.classList.toggle("refused", Boolean(why));
  if (!why) chip.dataset.size = file.size;
  box().querySelector("ul").append(chip);
  if (why) say(why);
  return chip;
}

async function send(id, file, chip) {
  const stop = new AbortController();
  running.set(chip, { id, stop });
  try {
    const token = await claim.take(id);
    const bar = chip.querySelector("progress");
    const path = `/api/v1/conversations/${id}/files`;
    const kept = await upload(path, { name: file.name, token }, file, (share) => (bar.value = share), stop.signal);
    chip.dataset.file = kept.id;
    chip.querySelector("bdi").textContent = kept.name;
    say(word("file.added", kept));
    settle(id, chip);
  } catch (refused) {
    if (!refused.code) throw refused;
    if (refused.code === "not_claimed") claim.forget(id);
    fail(chip, refused, file.name);
  } finally {
    running.delete(chip);
    chip.querySelector("progress")?.remove();
  }
}

/** The reply may have been drawn anew meanwhile: the chip belongs where it stands now. */
function settle(id, chip) {
  const here = document.querySelector(".thread[data-id]")?.dataset.id === id;
  if (chip.isConnected || !here || chosen().includes(chip.dataset.file)) return;
  box()?.querySelector("ul").append(chip);
}

function fail(chip, refused, name) {
  const { reason, ...details } = refused.details ?? {};
  const why = reason ? word(`file.${reason}`, { name, ...details }) : explain(refused);
  delete chip.dataset.size;
  chip.classList.add("refused");
  chip.querySelector(".muted").textContent = why;
  if (chip.isConnected) say(why);
  else complain(why);
}

/** Take one away again. */
export async function drop(id, button) {
  const chip = button.closest("li");
  running.get(chip)?.stop.abort();
  const next = chip.nextElementSibling ?? chip.previousElementSibling;
  (next?.querySelector("button") ?? document.getElementById("attach")).focus();
  chip.remove();
  if (!chip.dataset.file) return;
  try {
    const told = new URLSearchParams({ token: await claim.take(id) });
    await del(`/api/v1/conversations/${id}/files/${chip.dataset.file}?${told}`);
  } catch (refused) {
    if (refused.code !== "file_gone") complain(refused); // what is not named at approving does not go
  }
}

/** `shown` says which conversation is open. */
export function start(shown) {
  const desk = document.getElementById("desk");
  const form = (target) => target.closest?.("#draft");
  desk.addEventListener("change", ({ target }) => {
    if (target.id !== "pick") return;
    add(shown(), [...target.files]);
    target.value = "";
  });
  desk.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!form(event.target) || !files.length) return;
    event.preventDefault();
    add(shown(), files);
  });
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    desk.addEventListener(kind, (event) => {
      if (!form(event.target) || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      form(event.target).classList.toggle("dropping", kind === "dragenter" || kind === "dragover");
      if (kind === "drop") add(shown(), [...event.dataTransfer.files]);
    });
  }
  for (const kind of ["dragover", "drop"]) {
    addEventListener(kind, (event) => {
      if (form(event.target) || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault(); // a file that misses the box would be opened in place of the page
      event.dataTransfer.dropEffect = "none";
    });
  }
}
