// The question before a press that asks for one.

import { byId, fill, h } from "./dom.js";

/** confirmed asks and tells whether the person said yes. */
export function confirmed(ask, textOf) {
  const dialog = byId("confirm");
  return new Promise((done) => {
    const answer = (yes) => () => {
      dialog.returnValue = yes ? "yes" : "";
      dialog.close();
    };
    dialog.returnValue = "";
    dialog.onclose = () => {
      dialog.replaceChildren();
      done(dialog.returnValue === "yes");
    };
    fill(dialog,
      h("h2", { id: "confirm-title" }, ask.title.text),
      h("p", {}, ...textOf(ask.text)),
      h("div", { class: "dialog-buttons" },
        h("button", { type: "button", class: "button", id: "confirm-no", onclick: answer(false) }, ask.deny.text),
        h("button", { type: "button", class: `button ${ask.style ?? "primary"}`, id: "confirm-yes", onclick: answer(true) },
          ask.confirm.text)));
    dialog.showModal();
  });
}
