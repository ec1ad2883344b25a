// The local chat. State comes whole from the server whenever anything changes;
// this page only draws it and sends back what the person does.

import { act, follow, load, setMe, toast } from "./server.js";
import { byId, keep, kept } from "./dom.js";
import { conversationsOf, enter, here, showPlace, write } from "./place.js";
import { markRead, showBeginnings, showConversations, showPeople } from "./sidebar.js";
import { showModal } from "./modal.js";
import { showPanel } from "./panel.js";

const store = "signoff.local-chat.me";
let state = null;
let stop = () => {};
let offered = { commands: [], shortcuts: [] };
let flows = [];
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

const redraw = () => state && show(state);

function show(next) {
  const lost = away && state?.me === next.me && state.modals.length > next.modals.length;
  state = next;
  away = false;
  setMe(state.me);
  const conversation = here(state);
  const world = worldOf(state);
  if (conversation && document.visibilityState === "visible") markRead(state.me, conversation);
  showPeople(state, be);
  showConversations(state, conversationsOf(state), conversation?.key, (key) => enter(key, redraw));
  showPlace(state, conversation, world, redraw);
  showModal(state, world);
  showPanel(state);
  tell(state.notices);
  if (lost) toast("signoff was away, and the form is gone. If the card does not show your answer, press its button again.");
}

/** worldOf is what the drawing of blocks needs to know of the workspace. */
function worldOf(state) {
  const names = new Map([
    ...state.people.map((p) => [p.id, p.real]),
    ...state.conversations.filter((c) => !c.direct).map((c) => [c.id, c.name]),
  ]);
  const place = (id) => state.people.findIndex((p) => p.id === id);
  return {
    app: state.app,
    who: (id) => names.get(id) ?? null,
    hue: (id) => (place(id) < 0 ? undefined : place(id)),
    people: state.people.map((p) => ({ id: p.id, name: p.real })),
    channels: state.conversations.filter((c) => !c.direct),
    commands: offered.commands,
    shortcuts: offered.shortcuts,
    readOnly: offered.read_only,
    flows,
  };
}

/** tell shows what Slack itself said since the last time. */
function tell(notices) {
  if (told !== null) notices.slice(told).forEach((n) => toast(n.text));
  told = notices.length;
}

/** learn asks what can be begun: flows come and go while the page stands open. */
async function learn() {
  [offered, flows] = await Promise.all([load("app", offered), load("flows", flows)]);
  showBeginnings(offered, (s) => act("shortcut", { callback: s.callback_id }), (text) => write(text, redraw));
}

byId("panel-toggle").addEventListener("click", (event) => {
  const open = document.body.classList.toggle("panel-open");
  event.currentTarget.setAttribute("aria-expanded", String(open));
});
document.addEventListener("visibilitychange", redraw);
addEventListener("focus", () => learn().then(redraw));

await learn();
be(kept(store));
