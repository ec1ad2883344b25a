// The conversation in the middle.

import { appAvatar, avatar, byId, fill, h, keyed, sum } from "./dom.js";
import { act } from "./server.js";
import { blocks } from "./blocks.js";
import { linked, mrkdwn, nearDay } from "./mrkdwn.js";
import { menu } from "./menu.js";
import { openThread, threadEntries } from "./thread.js";

const list = byId("messages");
let open = "";
let latest = []; // what was drawn last: a line that was drawn before must not bring older ones back

/** showConversation draws the messages; what is the same stays untouched. */
export function showConversation(conversation, state, world) {
  latest = [conversation, state, world];
  const key = conversation ? `${state.me}/${conversation.key}` : "";
  const fresh = key !== open;
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  if (fresh) list.replaceChildren();
  open = key;
  const place = { me: state.me, conversation, redraw: () => showConversation(...latest) };
  const changed = keyed(list, entries(conversation, place), (item, again) => {
    const node = item.draw?.() ?? message(item, place, world);
    if (again && item.message) node.classList.add("changed");
    return node;
  });
  if (changed && (fresh || atEnd)) list.scrollTop = list.scrollHeight;
}

/** entries are the messages with a line where a day begins, and what was answered
 * to each below it. */
function entries(conversation, place) {
  if (!conversation || conversation.messages.length === 0) {
    return [{ key: "empty", sum: "empty", draw: () => day("Nothing here yet") }];
  }
  const out = [];
  let last = "";
  const { top, replies } = threads(conversation.messages);
  for (const m of top) {
    const name = dayName(m.ts);
    if (name !== last) {
      last = name;
      out.push({ key: `day-${m.ts}`, sum: name, draw: () => day(name) });
    }
    out.push({ key: (m.only_me ? "me-" : "") + m.ts, sum: sum(m), message: m });
    if (!m.only_me) out.push(...threadEntries(m, replies.get(m.ts) ?? [], place));
  }
  return out;
}

/** threads parts the messages from the answers to them. An answer whose message is
 * gone stands for itself; one that everybody shall see stands in both. */
function threads(all) {
  const known = new Set(all.map((m) => m.ts));
  const replies = new Map();
  const top = [];
  for (const m of all) {
    const inside = m.thread && m.thread !== m.ts && known.has(m.thread);
    if (inside) replies.set(m.thread, [...(replies.get(m.thread) ?? []), m]);
    if (!inside || m.broadcast) top.push(m);
  }
  return { top, replies };
}

const momentOf = (ts) => new Date(Number(ts.split(".")[0]) * 1000);

function dayName(ts) {
  const at = momentOf(ts);
  const near = nearDay(at);
  if (near) return near[0].toUpperCase() + near.slice(1);
  return new Intl.DateTimeFormat(undefined, { weekday: "long", month: "long", day: "numeric" }).format(at);
}

const day = (text) => h("li", { class: "day" }, h("span", {}, text));

function message({ message: m, reply }, place, world) {
  const at = momentOf(m.ts);
  const name = (m.user && world.who(m.user)) || m.name;
  const time = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" }).format(at);
  return h("li", {
    class: `message${m.only_me ? " only-me" : ""}${reply ? " reply" : ""}`,
    data: { ts: m.ts, edits: m.edits },
  },
    m.app && m.name === world.app ? appAvatar() : avatar(name, world.hue(m.user)),
    h("article", { "aria-label": `${name}, ${time}` },
      m.only_me && h("p", { class: "only-me-note" }, "Only visible to you"),
      m.broadcast && !reply && h("p", { class: "only-me-note" }, "Replied to a thread"),
      h("p", { class: "by" }, h("b", {}, name), m.app && h("span", { class: "badge" }, "app"),
        h("time", { datetime: at.toISOString(), title: at.toLocaleString() }, time)),
      h("div", { class: "content" },
        m.blocks?.length ? blocks(m.blocks, contextOf(m, place, world)) : h("p", { class: "text" }, ...linked(mrkdwn(m.text, world.who))),
        m.edits > 0 && !m.blocks?.length && h("span", { class: "edited" }, "(edited)"))),
    !m.only_me && actions(m, reply, place, world));
}

/** contextOf is where the elements of a message stand. */
function contextOf(m, { conversation }, world) {
  const drafts = new Map();
  const on = { channel: conversation.id, ts: m.ts };
  return {
    ...world, place: `m${m.ts}`, drafts, raw: new Map(),
    use: (block, e, value) =>
      act("press", { ...on, action: `${block.block_id}/${e.action_id}`, value, values: Object.fromEntries(drafts) }),
    suggest: (block, e, query) => act("suggest", { ...on, action: `${block.block_id}/${e.action_id}`, query, values: Object.fromEntries(drafts) }),
  };
}

/** actions is the menu of a message: to answer it, and the app's shortcuts. */
const actions = (m, reply, place, world) =>
  menu({ label: "More about this message", text: "⋯", className: "message-menu" }, () => [
    { text: "Reply in thread", pick: () => openThread(place.me, place.conversation, reply ? m.thread : m.ts, place.redraw) },
    ...world.shortcuts.filter((s) => s.message).map((s) => ({
      text: s.name, hint: s.description, id: `message-shortcut-${s.callback_id}`,
      pick: () => act("shortcut", { callback: s.callback_id, channel: place.conversation.id, ts: m.ts }),
    })),
  ]);

/** showHead writes where one is, and who can read it. */
export function showHead(conversation, state) {
  const me = state.people.find((p) => p.id === state.me);
  fill(byId("conversation-name"), conversation ? (conversation.direct ? "" : "# ") + conversation.name : "");
  byId("conversation-about").textContent = !conversation ? ""
    : conversation.direct ? `Only you and ${conversation.name} see this.`
      : me ? `You read this as ${me.real}.` : "";
}
