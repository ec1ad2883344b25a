// What happened outside the conversations: executions, and the calls they made.

import { byId, h, keyed, ownLink, sum } from "./dom.js";

const clock = (text) =>
  new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit", second: "2-digit" }).format(new Date(text));

/** showPanel draws both lists. */
export function showPanel(state) {
  show(byId("executions"), state.executions, (e) => e.id, execution,
    "None yet. Begin something on the left.");
  show(byId("echo"), state.echo, (c, i) => `${c.at}-${state.echo.length - i}`, call,
    "None yet. What a flow sends to the local endpoint shows up here.");
}

function show(list, items, key, draw, empty) {
  if (items.length === 0) {
    keyed(list, [{ key: "none", sum: "none" }], () => h("li", { class: "none" }, empty));
    return;
  }
  keyed(list, items.map((item, i) => ({ key: key(item, i), sum: sum(item), item })), ({ item }, again) => {
    const node = draw(item);
    if (again) node.classList.add("changed");
    return node;
  });
}

const execution = (e) =>
  h("li", { class: "card", data: { execution: e.id, state: e.state } },
    h("p", {}, ownLink(e.url, h("b", {}, e.flow)),
      h("span", { class: `state state-${e.state.toLowerCase()}` }, e.state.toLowerCase())),
    h("p", { class: "faint" }, e.id, " · ", h("time", {}, clock(e.at))));

const call = (c) =>
  h("li", { class: "card call" },
    h("p", {}, h("b", {}, c.method), " ", h("code", {}, c.path), h("span", { class: "faint" }, clock(c.at))),
    sent(c));

/** sent is what a call carried: a table if it is a form or flat JSON. */
function sent(c) {
  const fields = c.fields?.length ? c.fields : flat(c.body);
  if (fields) return h("dl", {}, fields.flatMap((f) => [h("dt", {}, seen(f.name)), h("dd", {}, seen(f.value))]));
  return c.body && h("pre", {}, seen(c.body));
}

/** seen names the characters that would turn around what is read. */
const seen = (text) =>
  text.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (c) => `(U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")})`);

/** flat reads a JSON object of plain values; null if it is anything else, or if
 * reading it would lose something. */
function flat(body) {
  try {
    const value = JSON.parse(body);
    if (Array.isArray(value) || JSON.stringify(value) !== body) return null;
    const entries = Object.entries(value);
    if (entries.length === 0 || entries.some(([, v]) => v !== null && typeof v === "object")) return null;
    return entries.map(([name, v]) => ({ name, value: String(v) }));
  } catch {
    return null;
  }
}
