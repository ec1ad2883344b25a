// Elements with a few choices: lists, radio buttons, checkboxes.

import { h } from "./dom.js";
import { textOf } from "./mrkdwn.js";

const draft = (block, ctx, initial) => (ctx.drafts.has(block.block_id) ? ctx.drafts.get(block.block_id) : initial);

/** remember keeps what was chosen, and sends it where a choice is an action. It
 * reports false for what the person took back. */
async function remember(block, e, ctx, value) {
  const before = ctx.drafts.get(block.block_id);
  ctx.drafts.set(block.block_id, value);
  if (block.type === "input" && !block.dispatch_action) return true;
  if (await ctx.use(block, e, value)) return true;
  ctx.drafts.set(block.block_id, before);
  return false;
}

/** select is a list of which one is chosen. */
export function select(block, e, ctx, list, initial) {
  const chosen = draft(block, ctx, initial) ?? "";
  const item = (o) => h("option", { value: o.value, selected: o.value === chosen }, o.text.text);
  const groups = e.option_groups?.map((g) => h("optgroup", { label: g.label.text }, g.options.map(item)));
  let shown = chosen;
  const node = h("select", {
    class: "input", "aria-label": block.type === "input" ? null : e.placeholder?.text ?? "Choose",
    onchange: async () => {
      if (await remember(block, e, ctx, node.value || null)) shown = node.value;
      else node.value = shown;
    },
  },
    h("option", { value: "" }, e.placeholder?.text ?? "Choose…"),
    list?.map(item) ?? groups ?? []);
  return node;
}

/** options are radio buttons or checkboxes, with their values as strings. */
export function options(block, e, ctx, type, initial) {
  let chosen = [draft(block, ctx, initial?.map((o) => o.value))].flat();
  const name = `${ctx.place}-${block.block_id}-${e.action_id}`;
  const node = h("div", { class: "options", role: type === "radio" ? "radiogroup" : "group" },
    e.options.map((o) =>
      h("label", { class: "option" },
        h("input", { type, name, value: o.value, checked: chosen.includes(o.value), onchange: changed }),
        h("span", {}, ...textOf(o.text, ctx.who),
          o.description && h("small", {}, ...textOf(o.description, ctx.who))))));
  async function changed() {
    const inputs = [...node.querySelectorAll("input")];
    const values = inputs.filter((i) => i.checked).map((i) => i.value);
    if (await remember(block, e, ctx, type === "radio" ? values[0] : values)) chosen = values;
    else for (const i of inputs) i.checked = chosen.includes(i.value);
  }
  return node;
}
