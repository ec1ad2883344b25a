// Who you are, where you are, and what waits elsewhere.

import { appAvatar, avatar, byId, fill, h, keep, kept, keyed, sum } from "./dom.js";

const store = "signoff.local-chat.read";
const read = load();
let begun = ""; // what is offered, as it was drawn

function load() {
  try {
    return JSON.parse(kept(store)) ?? {};
  } catch {
    return {};
  }
}

const readUpTo = (me, conversation) => read[`${me}/${conversation}`] ?? "";

/** markRead remembers that this person saw the conversation up to its end. */
export function markRead(me, conversation) {
  if (!conversation.id) return;
  const last = conversation.messages.at(-1)?.ts ?? "";
  if (last <= readUpTo(me, conversation.id)) return;
  read[`${me}/${conversation.id}`] = last;
  keep(store, JSON.stringify(read));
}

/** showPeople draws the switch "you are". The arrow keys move in it. */
export function showPeople(state, choose) {
  const list = byId("people");
  const inside = list.contains(document.activeElement);
  const items = state.people.map((p, hue) => {
    const me = p.id === state.me;
    const waiting = !me && Object.entries(p.latest).some(([c, ts]) => ts > readUpTo(p.id, c));
    return { key: p.id, sum: sum([p.real, p.title, p.guest, me, waiting]), p, hue, me, waiting };
  });
  list.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = items.findIndex((i) => i.me) + step;
    choose(items.at(at % items.length).key);
  };
  if (keyed(list, items, (item) => person(item, choose)) && inside) {
    list.querySelector('[aria-checked="true"]')?.focus();
  }
}

const person = ({ p, hue, me, waiting }, choose) =>
  h("button", {
    type: "button", role: "radio", id: `person-${p.name}`, class: "person", title: p.title,
    "aria-checked": String(me), tabindex: me ? 0 : -1,
    "aria-label": p.real + (p.title ? `, ${p.title}` : "") + (waiting ? ", has unread messages" : ""),
    onclick: () => choose(p.id),
  }, avatar(p.real, hue), h("span", {}, p.real), p.guest && h("small", {}, "guest"), waiting && h("i", { class: "dot" }));

/** showConversations draws the two lists on the left. */
export function showConversations(state, all, current, choose) {
  const draw = (list, direct) =>
    keyed(list, all.filter((c) => c.direct === direct).map((c) => {
      const unread = c.key === current ? 0 : c.messages.filter((m) => m.ts > readUpTo(state.me, c.id)).length;
      return { key: c.key, sum: sum([state.me, c.name, unread, c.key === current]), c, unread };
    }), ({ c, unread }) =>
      h("li", {},
        h("button", {
          type: "button", class: unread ? "conversation unread" : "conversation",
          id: direct ? "conversation-direct" : `conversation-${c.name}`,
          "aria-current": c.key === current ? "page" : null,
          "aria-label": (direct ? `The app ${c.name}` : `Channel ${c.name}`) + (unread ? `, ${unread} unread` : ""),
          onclick: () => choose(c.key),
        }, direct ? appAvatar() : h("span", { class: "hash", "aria-hidden": "true" }, "#"),
          h("span", { class: "name" }, c.name), unread > 0 && h("span", { class: "count" }, unread))));
  draw(byId("channels"), false);
  draw(byId("directs"), true);
}

/** showBeginnings draws what one can begin with: the app's shortcuts, and its
 * commands, which are put into the message box. */
export function showBeginnings(offered, use, write) {
  if (sum(offered) === begun) return; // a button that is being pressed stays
  begun = sum(offered);
  const shortcuts = offered.shortcuts.filter((s) => !s.message);
  const begin = (name, id, hint, onclick, kind = "") =>
    h("button", { type: "button", class: `button begin ${kind}`, id, onclick }, h("span", {}, name), hint && h("small", {}, hint));
  fill(byId("beginnings"),
    shortcuts.map((s) => begin(s.name, `begin-${s.callback_id}`, s.description, () => use(s), "primary")),
    offered.commands.map((c) => begin(c.name, `begin-${c.name.slice(1)}`, c.description, () => write(`${c.name} `))));
  byId("begin").hidden = shortcuts.length + offered.commands.length === 0;
}
