// The way to the server, and what went wrong on it.

import { byId, h } from "./dom.js";

let me = "";

/** setMe says as whom the page acts. */
export const setMe = (id) => (me = id);

/** act does something as the current person. */
export const act = (what, body) => post(what, { as: me, ...body });

/** post sends JSON and returns the answer; a refusal is shown and empty. */
export async function post(what, body) {
  try {
    const res = await fetch(`/chat/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (res.ok) return await res.json();
    toast((await res.text()).trim());
  } catch {
    toast("signoff cannot be reached. Is it still running?");
  }
  return {};
}

/** upload hands a file in and returns its id; nothing if it was refused. */
export async function upload(file) {
  const query = new URLSearchParams({ as: me, name: file.name });
  try {
    const res = await fetch(`/chat/upload?${query}`, {
      method: "POST",
      headers: { "Content-Type": file.type || "application/octet-stream" },
      body: file,
    });
    if (res.ok) return (await res.json()).id;
    toast((await res.text()).trim());
  } catch {
    toast(`${file.name} could not be read or sent.`);
  }
  return null;
}

/** load asks for something; other if it does not come. */
export const load = (what, other) =>
  fetch(`/chat/${what}`).then((res) => (res.ok ? res.json() : other), () => other);

/** toast shows a line for a few seconds. */
export function toast(text) {
  const node = h("p", { class: "toast" }, text);
  const room = byId("toasts");
  room.append(node);
  room.hidePopover(); // and again, to stand above a dialog that came since
  room.showPopover();
  setTimeout(() => node.remove(), 8000);
}

/** follow calls show with every new state of this person until it is stopped.
 * It listens, and asks every second while it cannot. */
export function follow(person, show, online) {
  const query = new URLSearchParams({ as: person });
  const source = new EventSource(`/chat/events?${query}`);
  let poll = 0;
  const ask = async () => {
    try {
      const res = await fetch(`/chat/state?${query}`);
      if (!res.ok) throw new Error(res.statusText);
      show(await res.json());
      online(true);
    } catch {
      online(false);
    }
  };
  source.onmessage = (event) => show(JSON.parse(event.data));
  source.onopen = () => {
    clearInterval(poll);
    poll = 0;
    online(true);
  };
  source.onerror = () => {
    poll ||= setInterval(ask, 1000);
  };
  return () => {
    source.close();
    clearInterval(poll);
  };
}
