// The app's Home tab, as the app drew it for this person.

import { act } from "./server.js";
import { blocks } from "./blocks.js";
import { byId, fill, h, keepFocus } from "./dom.js";

const room = byId("home");
let shown = "";

/** showHome draws the tab if it is another than before. */
export function showHome(state, world) {
  const key = `${state.me}/${state.home?.hash ?? ""}`;
  if (key === shown) return;
  const fresh = !shown.startsWith(`${state.me}/`);
  shown = key;
  keepFocus(room, () => draw(state.home, world));
  if (fresh) room.scrollTop = 0;
}

function draw(home, world) {
  if (!home) {
    fill(room, h("p", { class: "day" }, h("span", {}, `${world.app} has not drawn this page yet`)));
    return;
  }
  const drafts = new Map();
  const on = { view: home.id };
  const ctx = {
    ...world, place: "home", drafts, raw: new Map(),
    use: (block, e, value) =>
      act("press", { ...on, action: `${block.block_id}/${e.action_id}`, value, values: Object.fromEntries(drafts) }),
    suggest: (block, e, query) => act("suggest", { ...on, action: `${block.block_id}/${e.action_id}`, query, values: Object.fromEntries(drafts) }),
  };
  fill(room, h("div", { class: "home-blocks content" }, blocks(home.view.blocks, ctx)));
}
