// The page's words in its language, and saying them.

const words = JSON.parse(document.getElementById("words").textContent);

export function word(name, values = {}) {
  return (words[name] ?? name).replace(/%\((\w+)\)s/g, (_, key) => values[key] ?? "");
}

/** What a refusal means, in words; see REFUSALS in pages/words.py. */
export function explain(refused) {
  const name = `refusal.${refused.code}`;
  return word(name in words ? name : "refusal.other", refused.details);
}

/** Say something to those who listen rather than look. */
export function say(text) {
  document.getElementById("says").textContent = text;
}

/** Say what went wrong, to all. */
export function complain(refused) {
  const bar = document.getElementById("trouble");
  bar.firstElementChild.textContent = refused.code ? explain(refused) : String(refused);
  bar.dataset.about = refused.code ?? "";
  bar.hidden = false;
}

/** The server answers again: what was said of that is over. */
export function reached() {
  if (document.getElementById("trouble").dataset.about === "offline") calm();
}

export function calm() {
  document.getElementById("trouble").hidden = true;
}
