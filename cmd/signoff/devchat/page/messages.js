// The conversation in the middle.

import { appAvatar, avatar, byId, fill, h, keyed, sum } from "./dom.js";
import { blocks } from "./blocks.js";
import { linked, mrkdwn, nearDay } from "./mrkdwn.js";
import { act } from "./server.js";

const list = byId("messages");
let open = "";

const about = (c, me) =>
  c.direct ? `Only you and ${c.name} see this.` : me ? `You read this as ${me.real}.` : "";

/** showConversation draws the messages; what is the same stays untouched. */
export function showConversation(conversation, state, world) {
  const me = state.people.find((p) => p.id === state.me);
  const key = conversation ? `${state.me}/${conversation.id}` : "";
  const fresh = key !== open;
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  if (fresh) list.replaceChildren();
  open = key;
  fill(byId("conversation-name"), conversation ? (conversation.direct ? "" : "# ") + conversation.name : "");
  byId("conversation-about").textContent = conversation ? about(conversation, me) : "";
  const changed = keyed(list, entries(conversation), (item, again) => {
    const node = item.day ? day(item.day) : message(item.message, conversation, world);
    if (again && !item.day) node.classList.add("changed");
    return node;
  });
  if (changed && (fresh || atEnd)) list.scrollTop = list.scrollHeight;
}

/** entries are the messages with a line where a day begins. Replies in a thread
 * follow their parent. */
function entries(conversation) {
  if (!conversation || conversation.messages.length === 0) {
    return [{ key: "empty", sum: "empty", day: "Nothing here yet" }];
  }
  const out = [];
  let last = "";
  for (const m of threaded(conversation.messages)) {
    const name = dayName(m.ts);
    if (name !== last && !m.thread) out.push({ key: `day-${m.ts}`, sum: name, day: (last = name) });
    out.push({ key: (m.only_me ? "me-" : "") + m.ts, sum: sum(m), message: m });
  }
  return out;
}

function threaded(all) {
  const known = new Set(all.map((m) => m.ts));
  const inThread = (m) => m.thread && m.thread !== m.ts && known.has(m.thread);
  return all.filter((m) => !inThread(m)).flatMap((m) => [
    { ...m, thread: undefined }, ...all.filter((r) => inThread(r) && r.thread === m.ts)]);
}

const momentOf = (ts) => new Date(Number(ts.split(".")[0]) * 1000);

function dayName(ts) {
  const at = momentOf(ts);
  const near = nearDay(at);
  if (near) return near[0].toUpperCase() + near.slice(1);
  return new Intl.DateTimeFormat(undefined, { weekday: "long", month: "long", day: "numeric" }).format(at);
}

const day = (text) => h("li", { class: "day" }, h("span", {}, text));

function message(m, conversation, world) {
  const at = momentOf(m.ts);
  const drafts = new Map();
  const ctx = {
    ...world, place: `m${m.ts}`, drafts, raw: new Map(),
    use: (block, e, value) =>
      act("press", {
        channel: conversation.id, ts: m.ts, action: `${block.block_id}/${e.action_id}`,
        value, values: Object.fromEntries(drafts),
      }),
  };
  const time = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" }).format(at);
  return h("li", {
    class: `message${m.only_me ? " only-me" : ""}${m.thread ? " reply" : ""}`,
    data: { ts: m.ts, edits: m.edits },
  },
    m.app && m.name === world.app ? appAvatar() : avatar(m.name),
    h("article", { "aria-label": `${m.name}, ${time}` },
      m.only_me && h("p", { class: "only-me-note" }, "Only visible to you"),
      h("p", { class: "by" }, h("b", {}, m.name), m.app && h("span", { class: "badge" }, "app"),
        h("time", { datetime: at.toISOString(), title: at.toLocaleString() }, time)),
      h("div", { class: "content" },
        m.blocks?.length ? blocks(m.blocks, ctx) : h("p", { class: "text" }, ...linked(mrkdwn(m.text, world.who))),
        m.edits > 0 && !m.blocks?.length && h("span", { class: "edited" }, "(edited)"))));
}
