// A button that opens a menu: overflow elements, what can be done with a message,
// the shortcuts beside the message box.

import { h } from "./dom.js";

/**
 * menu makes the button. items() returns [{ text, hint, id, pick }] when it opens;
 * the arrow keys move in it, Escape closes it and leaves whatever is around open.
 */
export function menu({ label, text, className = "", id = null, up = false }, items) {
  const list = h("div", { class: up ? "menu-list up" : "menu-list", role: "menu", "aria-label": label, hidden: true });
  const button = h("button", {
    type: "button", class: `menu-button ${className}`, id, "aria-haspopup": "menu", "aria-expanded": "false",
    "aria-label": label, title: label, onclick: () => (list.hidden ? open() : close()),
  }, text);
  const node = h("div", {
    class: "menu",
    onkeydown: keys,
    onfocusout: (event) => node.contains(event.relatedTarget) || close(),
  }, button, list);

  function open() {
    list.replaceChildren(...items().map((item) =>
      h("button", {
        type: "button", role: "menuitem", tabindex: -1, id: item.id, class: "menu-item",
        onclick: () => {
          close();
          button.focus();
          item.pick();
        },
      }, h("span", {}, item.text), item.hint && h("small", {}, item.hint))));
    list.hidden = false;
    button.setAttribute("aria-expanded", "true");
    list.firstElementChild?.focus();
  }

  function close() {
    list.hidden = true;
    button.setAttribute("aria-expanded", "false");
  }

  function keys(event) {
    if (list.hidden) return;
    const all = [...list.children];
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) all.at(to % all.length)?.focus();
    else if (event.key === "Escape") {
      close();
      button.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
  return node;
}
