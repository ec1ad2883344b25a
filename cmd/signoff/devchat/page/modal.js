// The modal that the app has open for this person. What was typed stays in
// drafts, so that a redraw by the app or a text under a field loses nothing.

import { byId, fill, firstField, h, keepFocus } from "./dom.js";
import { blocks } from "./blocks.js";
import { act, post } from "./server.js";

const dialog = byId("modal");
let shown = { id: "", hash: "" };
let drafts = new Map(); // by view id, then by block id
let sending = false;

const draftsOf = (id) => {
  if (!drafts.has(id)) drafts.set(id, { values: new Map(), raw: new Map() });
  return drafts.get(id);
};

/** showModal shows the upper view of the stack, or closes the dialog. */
export function showModal(state, world) {
  const top = state.modals.at(-1);
  drafts = new Map([...drafts].filter(([id]) => state.modals.some((m) => m.id === id)));
  if (!top) {
    shown = { id: "", hash: "" };
    if (dialog.open) dialog.close();
    dialog.replaceChildren();
    return;
  }
  if (shown.id !== top.id || shown.hash !== top.hash || shown.me !== state.me) {
    const same = shown.id === top.id && shown.me === state.me;
    shown = { id: top.id, hash: top.hash, me: state.me };
    if (same) keepFocus(dialog, () => draw(top, state, world));
    else draw(top, state, world);
    if (!same && dialog.open) firstField(dialog)?.focus();
  }
  showErrors(top.errors ?? {});
  if (!dialog.open) {
    dialog.showModal();
    firstField(dialog)?.focus();
  }
}

function draw(top, state, world) {
  const { values, raw } = draftsOf(top.id);
  const asked = new Set(top.view.blocks.map((b) => b.block_id));
  for (const kept of [values, raw]) for (const id of kept.keys()) if (!asked.has(id)) kept.delete(id);
  const on = { view: top.id };
  const ctx = {
    ...world, place: "field", drafts: values, raw, errors: {},
    use: (block, e, value) =>
      act("press", { ...on, action: `${block.block_id}/${e.action_id}`, value, values: Object.fromEntries(values) }),
    suggest: (block, e, query) =>
      act("suggest", { ...on, action: `${block.block_id}/${e.action_id}`, query, values: Object.fromEntries(values) }),
  };
  const view = top.view;
  const shut = (view) => () => post("close", { as: state.me, view });
  const close = shut(top.id); // and the view below comes back
  const below = state.modals.length > 1;
  dialog.oncancel = (event) => {
    event.preventDefault();
    close();
  };
  fill(dialog,
    h("form", { novalidate: true, data: { view: top.id }, onsubmit: (event) => submit(event, top.id, state.me) },
      h("header", {},
        below && h("button", { type: "button", class: "close", id: "modal-back", "aria-label": "Back", onclick: close }, "‹"),
        h("h2", { id: "modal-title" }, view.title.text),
        h("button", { type: "button", class: "close", id: "modal-close", "aria-label": "Close", onclick: shut(state.modals[0].id) }, "×")),
      h("div", { class: "modal-body" }, blocks(view.blocks, ctx)),
      h("footer", {},
        h("p", { class: "error", id: "modal-error", role: "alert" }),
        h("button", { type: "button", class: "button", onclick: close }, view.close?.text ?? (view.submit ? "Cancel" : "Close")),
        view.submit && h("button", { type: "submit", class: "button primary", id: "modal-submit" }, view.submit.text))));
}

async function submit(event, id, me) {
  event.preventDefault();
  if (sending) return;
  const unread = unreadable();
  if (Object.keys(unread).length > 0) {
    showErrors(unread);
    goToError();
    return;
  }
  const button = byId("modal-submit");
  sending = true;
  button.disabled = true;
  button.classList.add("busy");
  try {
    const answer = await post("submit", { as: me, view: id, values: Object.fromEntries(draftsOf(id).values) });
    byId("modal-error")?.replaceChildren(answer.outcome === "failed" ? answer.text : "");
    if (answer.errors) {
      showErrors(answer.errors);
      goToError();
    }
  } finally {
    sending = false;
    button.disabled = false;
    button.classList.remove("busy");
  }
}

const goToError = () => dialog.querySelector(".field.wrong .input, .field.wrong input")?.focus();

/** unreadable are texts for fields that hold what the browser cannot read, such as
 * a day that no calendar has: it must not pass for nothing. */
function unreadable() {
  const texts = {};
  for (const field of dialog.querySelectorAll(".field")) {
    if (!field.querySelector("input")?.validity.badInput) continue;
    const time = field.querySelector("input").type === "time";
    texts[field.querySelector("[data-error-for]").dataset.errorFor] =
      time ? "This is not a time of day." : "This is not a date of the calendar.";
  }
  return texts;
}

/** showErrors writes each text under its field and clears the others. */
function showErrors(errors) {
  for (const room of dialog.querySelectorAll("[data-error-for]")) {
    const text = errors[room.dataset.errorFor] ?? "";
    if (room.textContent !== text) room.textContent = text;
    room.closest(".field").classList.toggle("wrong", text !== "");
  }
}
