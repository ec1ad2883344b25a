// A field in which one searches and picks: one value or several. It serves selects
// that ask the app while somebody types, and those of which several can be picked.

import { h } from "./dom.js";

const pause = 150; // ms without a key before the app is asked

/**
 * picker makes the field. search(query) returns { options: [{ value, text, group }],
 * text } where text says why there are none; chosen are those picked so far, and
 * changed(list) is told of every change. shortest is how much must be typed.
 */
export function picker({ id, placeholder, several, most = Infinity, shortest = 0, chosen, search, changed }) {
  let picked = [...chosen];
  let offered = [];
  let active = -1;
  let round = 0;
  let timer = 0;
  const chips = h("span", { class: "chips" });
  const list = h("div", { class: "picker-list", role: "listbox", id: `${id}-list`, "aria-label": placeholder, hidden: true });
  const input = h("input", {
    class: "input picker-input", id, role: "combobox", autocomplete: "off", placeholder, "aria-autocomplete": "list",
    "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-label": placeholder,
    onfocus: ask, onclick: () => list.hidden && ask(),
    oninput: () => {
      clearTimeout(timer);
      timer = setTimeout(ask, pause);
    },
    onkeydown: keys,
  });
  const node = h("div", { class: "picker", onfocusout: (event) => node.contains(event.relatedTarget) || leave() }, chips, input, list);
  show();

  /** show writes what was picked: as chips, or into the field itself. */
  function show() {
    if (!several) {
      input.value = picked[0]?.text ?? "";
      return;
    }
    chips.replaceChildren(...picked.map((o) =>
      h("span", { class: "chip" }, o.text,
        h("button", { type: "button", "aria-label": `Remove ${o.text}`, onclick: () => drop(o) }, "×"))));
    input.disabled = picked.length >= most;
  }

  async function ask() {
    const query = !several && input.value === (picked[0]?.text ?? "") ? "" : input.value.trim();
    const turn = ++round;
    if (query.length < shortest) {
      tell(shortest === 1 ? "Type to search." : `Type at least ${shortest} characters.`);
      return;
    }
    const { options = [], text } = await search(query);
    if (turn !== round || !node.contains(document.activeElement)) return;
    offered = options.filter((o) => !several || !picked.some((p) => p.value === o.value));
    if (offered.length === 0) {
      tell(text || "Nothing found.");
      return;
    }
    active = -1;
    let group = "";
    list.replaceChildren(...offered.flatMap((o, i) => {
      const head = o.group && o.group !== group ? h("p", { class: "picker-group" }, (group = o.group)) : null;
      return [head, option(o, i)].filter(Boolean);
    }));
    unfold();
  }

  const option = (o, i) =>
    h("div", {
      class: "picker-option", role: "option", id: `${id}-${i}`, "aria-selected": "false", data: { value: o.value },
      // The field keeps the focus, so that it does not close before the click.
      onmousedown: (event) => event.preventDefault(), onclick: () => pick(o),
    }, o.text);

  function tell(text) {
    offered = [];
    list.replaceChildren(h("p", { class: "picker-group" }, text));
    unfold();
  }

  function unfold() {
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    input.removeAttribute("aria-activedescendant");
  }

  function fold() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  }

  function pick(o) {
    picked = several ? [...picked, o] : [o];
    input.value = "";
    fold();
    show();
    changed(picked);
  }

  function drop(o) {
    picked = picked.filter((p) => p !== o);
    show();
    input.focus();
    changed(picked);
  }

  /** leave: a field that was emptied is empty, one half typed is as before. */
  function leave() {
    clearTimeout(timer);
    round++;
    fold();
    if (!several && input.value === "" && picked.length > 0) {
      picked = [];
      changed(picked);
    }
    if (!several) show();
    else input.value = "";
  }

  function keys(event) {
    if (event.key === "Backspace" && several && input.value === "" && picked.length > 0) {
      drop(picked.at(-1));
      return;
    }
    if (event.key === "Enter") {
      event.preventDefault(); // it picks, and never submits the form around it
      if (!list.hidden && active >= 0) pick(offered[active]);
      return;
    }
    if (list.hidden) {
      if (event.key === "ArrowDown") ask();
      return;
    }
    if (event.key === "Escape") {
      fold();
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || offered.length === 0) return;
    event.preventDefault();
    active = (active + step + offered.length) % offered.length;
    for (const [i, o] of list.querySelectorAll(".picker-option").entries()) {
      o.setAttribute("aria-selected", String(i === active));
      if (i === active) o.scrollIntoView({ block: "nearest" });
    }
    input.setAttribute("aria-activedescendant", `${id}-${active}`);
  }
  return node;
}

/** among searches a list that is here already, by what its texts hold. */
export const among = (all) => async (query) => ({
  options: all.filter((o) => o.text.toLowerCase().includes(query.toLowerCase())).slice(0, 100),
});
