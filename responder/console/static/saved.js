// Edits, kept in this browser until they are sent or given up; one entry a conversation and agent.

const PREFIX = `reply:${document.body.dataset.agent}:`;
const KEEP = 14 * 24 * 60 * 60 * 1000;

export function load(id) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + id))?.text ?? null;
  } catch {
    return null;
  }
}

export function save(id, text) {
  try {
    localStorage.setItem(PREFIX + id, JSON.stringify({ text, at: Date.now() }));
    return true;
  } catch {
    return false; // no room: the text is still in the box
  }
}

export function drop(id) {
  localStorage.removeItem(PREFIX + id);
}

/** Forget what was left lying for two weeks. */
export function start() {
  for (const key of Object.keys(localStorage).filter((one) => one.startsWith("reply:"))) {
    try {
      if (Date.now() - JSON.parse(localStorage.getItem(key)).at > KEEP) localStorage.removeItem(key);
    } catch {
      localStorage.removeItem(key);
    }
  }
}
