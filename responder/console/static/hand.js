// Nothing is drawn anew between the press and the release of a button: the click would be lost.

let pressed = false;
let waiting = [];

/** Resolves as soon as nobody is in the middle of a click. */
export function lifted() {
  return pressed ? new Promise((done) => waiting.push(done)) : Promise.resolve();
}

function lift() {
  pressed = false;
  const all = waiting;
  waiting = [];
  for (const done of all) done();
}

export function start() {
  const options = { capture: true, passive: true };
  addEventListener("pointerdown", () => (pressed = true), options);
  for (const kind of ["pointerup", "pointercancel", "blur"]) {
    addEventListener(kind, () => setTimeout(lift), options); // the click itself comes first
  }
}
