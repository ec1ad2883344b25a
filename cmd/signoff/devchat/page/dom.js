// The one way to make elements on this page. Text becomes text nodes; nothing is
// ever parsed as HTML, because what is shown comes from flows and people.

/**
 * h makes an element. Properties starting with "on" are listeners; "data" is an
 * object of data attributes; null and false leave a property or a child out.
 */
export function h(name, props, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "data") Object.assign(node.dataset, value);
    else if (key === "class") node.className = value;
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

/** fill replaces all children. */
export function fill(node, ...children) {
  node.replaceChildren(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

/** firstField is where a person begins to fill in a dialog. */
export const firstField = (dialog) => dialog.querySelector(".modal-body .input, .modal-body input");

export const byId = (id) => document.getElementById(id);

/** webURL lets only http and https addresses become links. */
export function webURL(text, base) {
  try {
    const url = new URL(text, base);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}

/** link is an outside link, or plain text if the address is not one. */
export const link = (address, ...children) => anchor(webURL(address), children);

/** ownLink is a link to a page of signoff itself. */
export const ownLink = (address, ...children) => anchor(webURL(address, location.href), children);

function anchor(href, children) {
  if (!href) return h("span", {}, ...children);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/** keyed updates a list in place: an item whose content is the same keeps its
 * node, and with it what was typed into it. make(item) returns the new node. */
export function keyed(list, items, make) {
  const old = new Map([...list.children].map((n) => [n.dataset.key, n]));
  const nodes = items.map((item) => {
    const same = old.get(item.key);
    if (same && same.dataset.sum === item.sum) return same;
    const node = make(item, same !== undefined);
    node.dataset.key = item.key;
    node.dataset.sum = item.sum;
    return node;
  });
  if (nodes.length === list.children.length && nodes.every((n, i) => n === list.children[i])) return false;
  list.replaceChildren(...nodes);
  return true;
}

/** keepFocus redraws something, and puts the cursor back where it was: into the
 * field of the same id, or the element of the same action. */
export function keepFocus(root, redraw) {
  const at = root.contains(document.activeElement) ? document.activeElement : null;
  const id = at?.id;
  const action = at?.closest("[data-action]")?.dataset.action;
  const mark = at?.matches("input, textarea") && typeof at.selectionStart === "number" ? [at.selectionStart, at.selectionEnd] : null;
  redraw();
  if (!at || root.contains(at)) return;
  const again = (id && byId(id)) || (action && root.querySelector(`[data-action="${CSS.escape(action)}"]`));
  const field = again && (again.matches("input, select, textarea, button") ? again : again.querySelector("input, select, textarea, button"));
  field?.focus();
  if (mark && field?.setSelectionRange && field.selectionStart !== null) field.setSelectionRange(...mark);
}

/** sum is a short name for some content, to tell whether it changed. */
export function sum(value) {
  let hash = 5381;
  for (const ch of JSON.stringify(value)) hash = ((hash * 33) ^ ch.codePointAt(0)) >>> 0;
  return hash.toString(36);
}

/** avatar is a coloured square with the first letter of a name. */
export function avatar(name, hue = parseInt(sum(name), 36)) {
  return h("span", { class: `avatar hue-${hue % 8}`, "aria-hidden": "true" }, (name || "?")[0].toUpperCase());
}

/** appAvatar is the app's own picture. */
export const appAvatar = () => h("img", { class: "avatar", src: "/chat/icon.svg", alt: "" });

/** kept reads what the page kept in the browser; "" if it may not. */
export function kept(key) {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

/** keep does its best to remember a text for the next visit. */
export function keep(key, text) {
  try {
    localStorage.setItem(key, text);
  } catch {
    // A browser that keeps nothing still shows the chat.
  }
}
