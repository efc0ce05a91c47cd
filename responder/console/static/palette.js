// Ctrl+K: everything that can be done, gone to or searched, by a few letters of its name.

import { word } from "./words.js";

const dialog = document.getElementById("palette");
const box = document.getElementById("palette-words");
const listed = document.getElementById("palette-list");
const own = [...listed.children];
let does = {};

export function open() {
  const places = [...document.querySelectorAll("#views ul a")].map((link, at) => {
    const option = document.createElement("li");
    option.setAttribute("role", "option");
    option.id = `place-${at}`;
    const name = link.querySelector(".account span") ?? link.querySelector("span:not(.mark)");
    option.textContent = word("go_to", { place: name.textContent.trim() });
    option.run = () => link.click();
    return option;
  });
  const search = document.createElement("li");
  search.setAttribute("role", "option");
  search.id = "palette-search";
  search.run = () => {
    const field = document.getElementById("search");
    field.value = box.value;
    field.form.requestSubmit();
  };
  listed.replaceChildren(...own, ...places, search);
  box.value = "";
  dialog.showModal();
  filter();
}

const shown = () => [...listed.children].filter((one) => !one.hidden);
const chosen = () => listed.querySelector("[aria-selected=true]");

function filter() {
  const letters = box.value.trim().toLocaleLowerCase();
  for (const option of listed.children) {
    option.hidden = option.id === "palette-search" ? !letters : !option.textContent.toLocaleLowerCase().includes(letters);
    if (option.id === "palette-search") option.textContent = word("search_for", { words: box.value.trim() });
  }
  choose(shown()[0]);
}

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", option?.id ?? "");
}

function run(option) {
  if (!option) return;
  dialog.close();
  const { run: name, href } = option.dataset;
  if (href) location.assign(href);
  else if (name) does[name]();
  else option.run();
}

function press(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const all = shown();
  if (step) choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
  else if (event.key === "Enter") run(chosen());
  else return;
  event.preventDefault();
  event.stopPropagation();
}

export function begin(verbs) {
  does = verbs;
  box.addEventListener("input", filter);
  box.addEventListener("keydown", press);
  listed.addEventListener("click", (event) => run(event.target.closest("li")));
}
