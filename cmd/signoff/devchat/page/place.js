// Where the person is: a conversation, or a tab of the app.

import { act } from "./server.js";
import { byId, fill, h } from "./dom.js";
import { composer } from "./composer.js";
import { menu } from "./menu.js";
import { showConversation, showHead } from "./messages.js";
import { showHome } from "./home.js";

const current = new Map(); // the open conversation, by person
const tabs = new Map(); // the open tab of the app, by person
const texts = new Map(); // what stands in the box, by person and conversation
let world = null;
let state = null;
let written = ""; // whose text is in the box

/** app is the key of the conversation with the app, which every person has. */
const app = "app";

/** conversationsOf are those of the person, with the app's even before the first
 * message. */
export function conversationsOf(state) {
  const all = state.conversations.map((c) => ({ ...c, key: c.direct ? app : c.id }));
  if (!all.some((c) => c.direct)) all.push({ key: app, id: "", name: state.app, direct: true, messages: [] });
  return all;
}

/** here is the open conversation, or the one that waits for attention. */
export function here(state) {
  const all = conversationsOf(state);
  const open = all.find((c) => c.key === current.get(state.me));
  const found = open ?? all.find((c) => c.messages.length > 0) ?? all[0];
  if (found?.messages.length > 0) current.set(state.me, found.key);
  return found;
}

/** enter opens a conversation. Of its tabs the app is told. */
export function enter(key, redraw, tab = "messages") {
  current.set(state.me, key);
  if (key === app) {
    tabs.set(state.me, tab);
    act("tab", { tab }).then((answer) => answer.outcome === "failed" && console.warn(answer.text));
  }
  redraw();
}

const onHome = (conversation) => conversation?.direct && tabs.get(state.me) === "home";

/** showPlace draws the middle of the page. */
export function showPlace(next, conversation, around, redraw) {
  state = next;
  world = around;
  showHead(conversation, state);
  const home = onHome(conversation);
  showTabs(conversation, home, redraw);
  byId("home").hidden = !home;
  byId("messages").hidden = home;
  if (home) showHome(state, world);
  else showConversation(conversation, state, world);
  showBox(conversation, home);
}

function showTabs(conversation, home, redraw) {
  const room = byId("tabs");
  room.hidden = !conversation?.direct;
  for (const [tab, on] of [["home", home], ["messages", !home]]) {
    const node = byId(`tab-${tab}`);
    node.setAttribute("aria-selected", String(on));
    node.tabIndex = on ? 0 : -1;
    node.onclick = () => enter(app, redraw, tab);
    node.onkeydown = (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      enter(app, redraw, tab === "home" ? "messages" : "home");
      byId(`tab-${tab === "home" ? "messages" : "home"}`).focus();
    };
  }
}

const shortcuts = menu({ label: "Shortcuts", text: "+", className: "button", id: "shortcuts", up: true }, () =>
  world.shortcuts.filter((s) => !s.message).map((s) => ({
    text: s.name, hint: s.description, id: `shortcut-${s.callback_id}`, pick: () => act("shortcut", { callback: s.callback_id }),
  })));

const box = composer({
  id: "message-box", label: "Message, or / for a command", hint: "", before: shortcuts,
  offer: () => ({ commands: world.commands, flows: world.flows, people: state.people }),
  send: async (text) => Boolean((await act("say", { channel: here(state).id, text })).outcome),
});
byId("compose").append(box.node);

/** showBox shows the box of this conversation, with what was typed into it. */
function showBox(conversation, home) {
  const closed = home || !conversation || (conversation.direct && (world.readOnly || !conversation.id));
  box.node.hidden = closed;
  byId("compose-note").hidden = !closed || home;
  shortcuts.hidden = !world.shortcuts.some((s) => !s.message);
  const key = `${state.me}/${conversation?.key}`;
  if (key === written) return;
  if (written) texts.set(written, box.box.value);
  written = key;
  box.box.value = texts.get(key) ?? "";
  box.box.placeholder = conversation ? `Message ${conversation.direct ? "" : "#"}${conversation.name}, or / for a command` : "";
}

/** write puts a text into the message box of a channel, to be sent. */
export function write(text, redraw) {
  const conversation = here(state);
  if (conversation.direct) enter(conversationsOf(state).find((c) => !c.direct)?.key, redraw);
  box.write(text);
}

/** note says where commands can be typed. */
fill(byId("compose-note"), h("span", {}, "signoff reads no messages here. Type commands in a channel."));
