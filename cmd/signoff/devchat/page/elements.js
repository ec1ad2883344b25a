// The elements that a person presses, picks or fills in.
//
// A context (ctx) says where they stand: place (a prefix for ids), who (looks up
// names), errors (by block id), drafts (a Map of what was typed, by block id),
// people and channels (to pick from), and use(block, element, value), which
// sends an action.

import { h, webURL } from "./dom.js";
import { textOf } from "./mrkdwn.js";
import { confirmed } from "./confirm.js";

/** element draws one element of a block. */
export function element(block, e, ctx) {
  const make = kinds[e.type];
  if (!make) return h("span", { class: "alt" }, e.alt_text ?? `[${e.type}]`);
  const node = make(block, e, ctx);
  node.dataset.action = e.action_id ?? "";
  return node;
}

const kinds = {
  button,
  overflow: (b, e, ctx) => select(b, { ...e, placeholder: { text: "More…" } }, ctx, e.options),
  static_select: (b, e, ctx) => select(b, e, ctx, e.options, e.initial_option?.value),
  users_select: (b, e, ctx) => select(b, e, ctx, choices(ctx.people), e.initial_user),
  channels_select: (b, e, ctx) => select(b, e, ctx, choices(ctx.channels), e.initial_channel),
  conversations_select: (b, e, ctx) => select(b, e, ctx, choices(ctx.channels), e.initial_conversation),
  multi_static_select: (b, e, ctx) => options(b, e, ctx, "checkbox", e.initial_options),
  checkboxes: (b, e, ctx) => options(b, e, ctx, "checkbox", e.initial_options),
  radio_buttons: (b, e, ctx) => options(b, e, ctx, "radio", e.initial_option && [e.initial_option]),
  datepicker: (b, e, ctx) => typed(b, e, ctx, { type: "date" }, e.initial_date),
  timepicker: (b, e, ctx) => typed(b, e, ctx, { type: "time" }, e.initial_time),
  datetimepicker: (b, e, ctx) => typed(b, e, ctx, { type: "datetime-local" }, localTime(e.initial_date_time), unixTime),
  number_input: (b, e, ctx) => typed(b, e, ctx, { inputmode: "decimal", autocomplete: "off" }, e.initial_value),
  email_text_input: (b, e, ctx) => typed(b, e, ctx, { type: "email" }, e.initial_value),
  url_text_input: (b, e, ctx) => typed(b, e, ctx, { type: "url" }, e.initial_value),
  plain_text_input: (b, e, ctx) => typed(b, e, ctx, { multiline: e.multiline, autocomplete: "off" }, e.initial_value),
};

function button(block, e, ctx) {
  const node = h("button", {
    type: "button", class: `button ${e.style ?? ""}`, "aria-label": e.accessibility_label,
    onclick: async () => {
      if (e.confirm && !(await confirmed(e.confirm, (t) => textOf(t, ctx.who)))) return;
      if (webURL(e.url)) window.open(e.url, "_blank", "noopener,noreferrer");
      node.disabled = true;
      node.classList.add("busy");
      try {
        await ctx.use(block, e, null);
      } finally {
        node.disabled = false;
        node.classList.remove("busy");
      }
    },
  }, e.text.text);
  return node;
}

const choices = (list) => list.map((p) => ({ text: { text: p.name }, value: p.id }));

/** remember keeps what was chosen, and sends it where a choice is an action. */
function remember(block, e, ctx, value) {
  ctx.drafts.set(block.block_id, value);
  if (block.type !== "input" || block.dispatch_action) ctx.use(block, e, value);
}

const draft = (block, ctx, initial) => (ctx.drafts.has(block.block_id) ? ctx.drafts.get(block.block_id) : initial);

function select(block, e, ctx, list, initial) {
  const chosen = draft(block, ctx, initial) ?? "";
  const all = list ?? e.option_groups?.flatMap((g) => g.options) ?? [];
  return h("select", {
    class: "input", "aria-label": block.type === "input" ? null : e.placeholder?.text ?? "Choose",
    onchange: (event) => remember(block, e, ctx, event.target.value || null),
  },
    h("option", { value: "" }, e.placeholder?.text ?? "Choose…"),
    all.map((o) => h("option", { value: o.value, selected: o.value === chosen }, o.text.text)));
}

/** options are radio buttons or checkboxes, with their values as strings. */
function options(block, e, ctx, type, initial) {
  const chosen = [draft(block, ctx, initial?.map((o) => o.value))].flat();
  const name = `${ctx.place}-${block.block_id}-${e.action_id}`;
  const node = h("div", { class: "options", role: type === "radio" ? "radiogroup" : "group" },
    e.options.map((o) =>
      h("label", { class: "option" },
        h("input", { type, name, value: o.value, checked: chosen.includes(o.value), onchange: changed }),
        h("span", {}, ...textOf(o.text, ctx.who),
          o.description && h("small", {}, ...textOf(o.description, ctx.who))))));
  function changed() {
    const values = [...node.querySelectorAll("input:checked")].map((i) => i.value);
    remember(block, e, ctx, type === "radio" ? values[0] : values);
  }
  return node;
}

/** typed is a field; read turns what is in it into what Slack would send. */
function typed(block, e, ctx, { multiline, ...props }, initial, read = (s) => s) {
  const node = h(multiline ? "textarea" : "input", {
    class: "input", ...props, rows: multiline ? 4 : null, placeholder: e.placeholder?.text,
    oninput: () => {
      ctx.drafts.set(block.block_id, read(node.value));
      ctx.raw.set(block.block_id, node.value);
    },
    onchange: () => {
      if (block.type !== "input" || block.dispatch_action) ctx.use(block, e, read(node.value));
    },
  });
  node.value = ctx.raw.get(block.block_id) ?? initial ?? "";
  return node;
}

function localTime(seconds) {
  if (!seconds) return "";
  const at = new Date(seconds * 1000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const unixTime = (text) => (text ? String(Math.floor(new Date(text).getTime() / 1000)) : "");
