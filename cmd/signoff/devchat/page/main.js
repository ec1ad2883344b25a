// The local chat. State comes whole from the server whenever anything changes;
// this page only draws it and sends back what the person does.

import { byId, keep, kept } from "./dom.js";
import { showConversation } from "./messages.js";
import { showModal } from "./modal.js";
import { showPanel } from "./panel.js";
import { follow, setMe, toast } from "./server.js";
import { markRead, showConversations, showPeople } from "./sidebar.js";
import { showFlows } from "./start.js";

const store = "signoff.local-chat.me";
let state = null;
let stop = () => {};
const current = {}; // the open conversation, by person
let told = null; // how many notices were shown
let away = false; // the server was gone since the last state

/** be makes the visitor another person. */
function be(id) {
  stop();
  told = null;
  if (id) keep(store, id);
  stop = follow(id, show, (ok) => {
    byId("offline").hidden = ok;
    away ||= !ok;
  });
}

/** enter opens a conversation. */
function enter(id) {
  current[state.me] = id;
  show(state);
}

/** chosen is the open conversation, or the one that waits for attention. */
function chosen() {
  const open = state.conversations.find((c) => c.id === current[state.me]);
  return open ?? state.conversations.find((c) => c.messages.length > 0) ?? state.conversations[0];
}

function show(next) {
  const lost = away && state?.me === next.me && state.modals.length > next.modals.length;
  state = next;
  away = false;
  setMe(state.me);
  const conversation = chosen();
  if (conversation && current[state.me] === undefined && conversation.messages.length > 0) {
    current[state.me] = conversation.id;
  }
  const names = new Map([
    ...state.people.map((p) => [p.id, p.real]),
    ...state.conversations.filter((c) => !c.direct).map((c) => [c.id, c.name]),
  ]);
  const world = {
    app: state.app,
    who: (id) => names.get(id) ?? null,
    people: state.people.map((p) => ({ id: p.id, name: p.real })),
    channels: state.conversations.filter((c) => !c.direct),
  };
  if (conversation && document.visibilityState === "visible") markRead(state.me, conversation);
  showPeople(state, be);
  showConversations(state, conversation?.id, enter);
  showConversation(conversation, state, world);
  showModal(state, world);
  showPanel(state);
  tell(state.notices);
  if (lost) toast("signoff was away, and the form is gone. If the card does not show your answer, press its button again.");
}

/** tell shows what Slack itself said since the last time. */
function tell(notices) {
  if (told !== null) notices.slice(told).forEach((n) => toast(n.text));
  told = notices.length;
}

byId("panel-toggle").addEventListener("click", (event) => {
  const open = document.body.classList.toggle("panel-open");
  event.currentTarget.setAttribute("aria-expanded", String(open));
});
document.addEventListener("visibilitychange", () => state && show(state));

const flows = await fetch("/chat/flows").then((res) => (res.ok ? res.json() : []), () => []);
showFlows(flows, () => state?.people.find((p) => p.id === state.me));
be(kept(store));
