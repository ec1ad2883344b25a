// What was answered below a message: a line that counts it, and behind it the
// answers with a box of their own.

import { act } from "./server.js";
import { composer } from "./composer.js";
import { h, sum } from "./dom.js";

const open = new Set(); // "person/channel/ts" of the threads that stand open

const keyOf = (me, conversation, ts) => `${me}/${conversation.id}/${ts}`;

/** threadEntries are the lines of a thread in the list of messages. redraw draws
 * the list anew. */
export function threadEntries(parent, replies, { me, conversation, redraw }) {
  const key = keyOf(me, conversation, parent.ts);
  const shown = open.has(key);
  if (replies.length === 0 && !shown) return [];
  const line = {
    key: `thread-${parent.ts}`, sum: sum([replies.length, shown]),
    draw: () => counter(replies.length, shown, parent.ts, () => toggle(key, redraw)),
  };
  if (!shown) return [line];
  return [
    line,
    ...replies.map((m) => ({ key: `reply-${m.ts}`, sum: sum(m), message: m, reply: true })),
    { key: `answer-${parent.ts}`, sum: key, draw: () => answer(conversation, parent.ts) },
  ];
}

function toggle(key, redraw) {
  if (!open.delete(key)) open.add(key);
  redraw();
}

/** openThread shows the thread of a message, to write in it. */
export function openThread(me, conversation, ts, redraw) {
  open.add(keyOf(me, conversation, ts));
  redraw();
  document.getElementById(`answer-${ts}`)?.focus();
}

const counter = (n, shown, ts, onclick) =>
  h("li", { class: "thread-line" },
    h("button", { type: "button", class: "thread-toggle", data: { thread: ts }, "aria-expanded": String(shown), onclick },
      n === 0 ? "Thread" : n === 1 ? "1 reply" : `${n} replies`));

function answer(conversation, ts) {
  const box = composer({
    id: `answer-${ts}`, label: "Reply in the thread", hint: "Reply…",
    send: async (text) => Boolean((await act("say", { channel: conversation.id, thread: ts, text })).outcome),
  });
  return h("li", { class: "thread-answer" }, box.node);
}
