// Talking to the server: the JSON API, and parts of pages.

const token = document.querySelector("meta[name=csrf-token]").content;

/** The server said no; `code` says why. */
export class Refused extends Error {
  constructor(status, code, details = {}) {
    super(code);
    Object.assign(this, { status, code, details });
  }
}

export async function post(path, body = {}, options = {}) {
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": token };
  const answer = await ask(path, { method: "POST", headers, body: JSON.stringify(body), ...options });
  return answer.json();
}

export async function del(path) {
  await ask(path, { method: "DELETE", headers: { "X-CSRF-Token": token } });
}

/**
 * Send a file as it is to `path`, about which `about` is told; `told` hears how much of it has left.
 * It is asked for first: a browser reads no answer while it writes, and none when the line ends then.
 */
export async function upload(path, about, file, told, signal) {
  await mayUpload(path, about, file, signal);
  try {
    return await send(`${path}?${new URLSearchParams(about)}`, file, told, signal);
  } catch (refused) {
    if (refused.code !== "offline") throw refused;
    await mayUpload(path, about, file, signal); // why, where the server can be reached
    throw new Refused(0, "broke_off");
  }
}

async function mayUpload(path, about, file, signal) {
  const headers = { "X-CSRF-Token": token, ...(file.type && { "Content-Type": file.type }) };
  const query = new URLSearchParams({ ...about, size: file.size });
  try {
    await ask(`${path}/ask?${query}`, { method: "POST", headers, signal });
  } finally {
    if (signal.aborted) throw new Refused(0, "stopped");
  }
}

function send(path, file, told, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch does not tell how far it is
    request.open("POST", path);
    request.setRequestHeader("X-CSRF-Token", token);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => told(loaded / total);
    request.onerror = () => reject(new Refused(0, "offline"));
    request.onabort = () => reject(new Refused(0, "stopped"));
    request.onload = () => {
      if (request.status === 201) return resolve(request.response);
      const { error = {} } = request.response ?? {};
      reject(new Refused(request.status, error.code ?? "other", error.details));
    };
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

/** A conversation's verb. */
export function act(id, verb, body, options) {
  return post(`/api/v1/conversations/${id}/${verb}`, body, options);
}

/** The part of a page with that id, as a fragment that is not in the page yet. */
export async function part(path, target) {
  const answer = await ask(path, { headers: { "HX-Request": "true", "HX-Target": target } });
  const template = document.createElement("template");
  template.innerHTML = await answer.text(); // our own template; what it shows is escaped there
  return template.content;
}

/** Whether something stands there that was typed and is kept nowhere else: nobody is sent away from it. */
function typed() {
  const boxes = [...document.querySelectorAll("textarea:not(#text)")];
  return boxes.some((one) => one.offsetParent && one.value !== one.defaultValue);
}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, { credentials: "same-origin", ...options });
  } catch {
    throw new Refused(0, "offline");
  }
  if (answer.ok) return answer;
  if (answer.status === 401 && !typed()) {
    location.assign(`/login?to=${encodeURIComponent(location.pathname + location.search)}`);
  }
  const { error = {} } = await answer.json().catch(() => ({}));
  throw new Refused(answer.status, error.code ?? (answer.status === 404 ? "not_found" : "other"), error.details);
}
