// A box to write in: messages, and commands after a slash.

import { fill, h } from "./dom.js";
import { completions } from "./complete.js";

/**
 * composer makes the box. send(text) returns whether it was taken; what was not
 * stays in the box. Before the box stands what is given as before. offer() is what
 * can be completed; null completes nothing.
 */
export function composer({ id, label, hint, send, offer = () => null, before = null }) {
  let offered = [];
  let active = 0;
  let broken = false; // the last Enter was meant as a new line
  const list = h("div", { class: "complete", id: `${id}-list`, role: "listbox", "aria-label": "Completions", hidden: true });
  const box = h("textarea", {
    class: "input", id, rows: 1, "aria-label": label, placeholder: hint, autocomplete: "off", spellcheck: "true",
    role: "combobox", "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-autocomplete": "list",
    oninput: () => refresh(), onkeydown: keys, onblur: fold,
    onbeforeinput: (event) => event.inputType === "insertLineBreak" && !broken && event.preventDefault(),
  });
  const button = h("button", { type: "submit", class: "button primary", id: `${id}-send` }, "Send");
  const node = h("form", { class: "composer", onsubmit: submit }, list, before, box, button);
  let sending = false;

  async function submit(event) {
    event?.preventDefault();
    const text = box.value.trim();
    if (!text || sending) return;
    fold();
    sending = true;
    button.disabled = true;
    try {
      if ((await send(text)) && box.value.trim() === text) box.value = "";
    } finally {
      sending = false;
      button.disabled = false;
      grow();
    }
  }

  /** refresh offers what could follow. */
  function refresh() {
    grow();
    const all = offer();
    offered = all ? completions(box.value, all) : [];
    active = 0;
    if (offered.length === 0) {
      fold();
      return;
    }
    fill(list, offered.map((o, i) =>
      h("div", {
        class: "complete-option", role: "option", id: `${id}-list-${i}`, "aria-selected": String(i === 0),
        onmousedown: (event) => event.preventDefault(), onclick: () => take(o),
      }, h("b", {}, o.label), h("span", {}, o.hint))));
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    box.setAttribute("aria-activedescendant", `${id}-list-0`);
  }

  function fold() {
    offered = [];
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function take(o) {
    box.value = o.text;
    box.focus();
    refresh();
  }

  /** finished tells whether the choice would add nothing but a blank. */
  const finished = () => offered[active] && offered.some((o) => o.text.trim() === box.value.trim());

  function keys(event) {
    if (event.isComposing) return;
    if (event.key === "Enter") broken = event.shiftKey;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && offered.length > 0) {
      active = (active + step + offered.length) % offered.length;
      for (const [i, o] of [...list.children].entries()) {
        o.setAttribute("aria-selected", String(i === active));
        if (i === active) o.scrollIntoView({ block: "nearest" });
      }
      box.setAttribute("aria-activedescendant", `${id}-list-${active}`);
    } else if (event.key === "Tab" && !event.shiftKey && offered.length > 0) take(offered[active]);
    else if (event.key === "Escape" && offered.length > 0) fold();
    else if (event.key === "Enter" && !event.shiftKey) {
      if (offered.length > 0 && !(finished() && active === 0)) take(offered[active]);
      else submit();
    } else return;
    event.preventDefault();
  }

  function grow() {
    box.rows = Math.min(6, box.value.split("\n").length);
  }

  /** write puts a text into the box and the cursor behind it. */
  const write = (text) => {
    box.value = text;
    box.focus();
    refresh();
  };
  return { node, box, write };
}
