// Nothing is drawn anew between the press and the release of a button: the click would be lost.

const LONGEST = 5000; // milliseconds: of some releases no page is told, as over a menu that opens
let pressed = false;
let waiting = [];
let timer = 0;

/** Resolves as soon as nobody is in the middle of a click. */
export function lifted() {
  return pressed ? new Promise((done) => waiting.push(done)) : Promise.resolve();
}

function press() {
  pressed = true;
  clearTimeout(timer);
  timer = setTimeout(lift, LONGEST);
}

function lift() {
  clearTimeout(timer);
  pressed = false;
  const all = waiting;
  waiting = [];
  for (const done of all) done();
}

export function start() {
  const options = { capture: true, passive: true };
  addEventListener("pointerdown", press, options);
  for (const kind of ["pointerup", "pointercancel", "blur"]) {
    addEventListener(kind, () => setTimeout(lift), options); // the click itself comes first
  }
}
