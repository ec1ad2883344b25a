// The elements that a person presses, picks or fills in.
//
// A context (ctx) says where they stand: place (a prefix for ids), who (looks up
// names), errors (by block id), drafts (a Map of what was typed, by block id, as it
// is sent), raw (the same as the field shows it), people and channels (to pick
// from), use(block, element, value), which sends an action, and suggest(block,
// element, query), which asks the app for options.

import { among, picker } from "./picker.js";
import { confirmed } from "./confirm.js";
import { fileField } from "./upload.js";
import { fromRichText, toRichText } from "./richtext.js";
import { h, webURL } from "./dom.js";
import { menu } from "./menu.js";
import { options, select } from "./choose.js";
import { textOf } from "./mrkdwn.js";
import { typed } from "./typed.js";

/** element draws one element of a block. */
export function element(block, e, ctx) {
  const make = kinds[e.type];
  if (!make) return h("span", { class: "alt" }, e.alt_text ?? `[${e.type}]`);
  const node = make(block, e, asking(ctx));
  node.dataset.action = e.action_id ?? "";
  return node;
}

/** asking is the context with the question before what wants one. */
const asking = (ctx) => ({
  ...ctx,
  use: async (block, e, value) => {
    if (e.confirm && !(await confirmed(e.confirm, (t) => textOf(t, ctx.who)))) return false;
    await ctx.use(block, e, value);
    return true;
  },
});

const kinds = {
  button,
  overflow,
  static_select: (b, e, ctx) => select(b, e, ctx, e.options, e.initial_option?.value),
  users_select: (b, e, ctx) => select(b, e, ctx, choices(ctx.people), e.initial_user),
  channels_select: (b, e, ctx) => select(b, e, ctx, choices(ctx.channels), e.initial_channel),
  conversations_select: (b, e, ctx) => select(b, e, ctx, choices(places(e, ctx)), e.initial_conversation),
  external_select: (b, e, ctx) => external(b, e, ctx, false, [e.initial_option].filter(Boolean)),
  multi_external_select: (b, e, ctx) => external(b, e, ctx, true, e.initial_options ?? []),
  multi_users_select: (b, e, ctx) => several(b, e, ctx, ctx.people, e.initial_users),
  multi_channels_select: (b, e, ctx) => several(b, e, ctx, ctx.channels, e.initial_channels),
  multi_conversations_select: (b, e, ctx) => several(b, e, ctx, places(e, ctx), e.initial_conversations),
  multi_static_select: (b, e, ctx) => many(b, e, ctx),
  checkboxes: (b, e, ctx) => options(b, e, ctx, "checkbox", e.initial_options),
  radio_buttons: (b, e, ctx) => options(b, e, ctx, "radio", e.initial_option && [e.initial_option]),
  datepicker: (b, e, ctx) => typed(b, e, ctx, { type: "date" }, e.initial_date),
  timepicker: (b, e, ctx) => typed(b, e, ctx, { type: "time" }, e.initial_time),
  datetimepicker: (b, e, ctx) => typed(b, e, ctx, { type: "datetime-local" }, localTime(e.initial_date_time), unixTime),
  number_input: (b, e, ctx) => typed(b, e, ctx, { inputmode: "decimal", autocomplete: "off" }, e.initial_value),
  email_text_input: (b, e, ctx) => typed(b, e, ctx, { type: "email" }, e.initial_value),
  url_text_input: (b, e, ctx) => typed(b, e, ctx, { type: "url" }, e.initial_value),
  plain_text_input: (b, e, ctx) => typed(b, e, ctx, { multiline: e.multiline, autocomplete: "off" }, e.initial_value),
  rich_text_input: (b, e, ctx) => typed(b, e, ctx,
    { multiline: true, title: "*bold*, _italic_, ~struck~, `code`, - lists, > quotes" }, fromRichText(e.initial_value), toRichText),
  file_input: files,
};

function button(block, e, ctx) {
  const node = h("button", {
    type: "button", class: `button ${e.style ?? ""}`, "aria-label": e.accessibility_label,
    onclick: async () => {
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

/** overflow is the menu behind three dots. */
function overflow(block, e, ctx) {
  return menu({ label: "More actions", text: "⋯", className: "button" }, () => e.options.map((o) => ({
    text: o.text.text, hint: o.description?.text,
    pick: () => {
      if (webURL(o.url)) window.open(o.url, "_blank", "noopener,noreferrer");
      ctx.use(block, e, o.value);
    },
  })));
}

const choices = (list) => list.map((p) => ({ text: { text: p.name }, value: p.id }));

/** places are the conversations that the element's filter lets through. */
const places = (e, ctx) =>
  ctx.channels.filter((c) => !e.filter?.include || e.filter.include.includes("public"));

/** external asks the app while somebody types. Options keep their texts beside the
 * draft, because the values alone cannot be read. */
function external(block, e, ctx, plural, initial) {
  return pick(block, e, ctx, {
    plural, shortest: e.min_query_length ?? 3,
    initial: initial.map((o) => ({ value: o.value, text: o.text.text })),
    search: async (query) => (await ctx.suggest(block, e, query)) ?? {},
  });
}

function several(block, e, ctx, list, initial = []) {
  const all = list.map((p) => ({ value: p.id, text: p.name }));
  return pick(block, e, ctx, { plural: true, initial: all.filter((o) => initial.includes(o.value)), search: among(all) });
}

/** many are checkboxes where they can be taken in at a glance. */
function many(block, e, ctx) {
  const all = (e.options ?? e.option_groups?.flatMap((g) => g.options) ?? []).map((o) => ({ value: o.value, text: o.text.text, full: o }));
  if (all.length <= 10) return options(block, { ...e, options: all.map((o) => o.full) }, ctx, "checkbox", e.initial_options);
  const initial = (e.initial_options ?? []).map((o) => ({ value: o.value, text: o.text.text }));
  return pick(block, e, ctx, { plural: true, initial, search: among(all) });
}

function pick(block, e, ctx, { plural, initial, search, shortest }) {
  return picker({
    id: `${ctx.place}-${block.block_id}-${e.action_id}`, several: plural, most: e.max_selected_items, shortest,
    placeholder: e.placeholder?.text ?? (plural ? "Choose…" : "Search…"),
    chosen: ctx.raw.get(block.block_id) ?? initial, search,
    changed: (list) => {
      const value = plural ? list.map((o) => o.value) : list[0]?.value ?? null;
      ctx.raw.set(block.block_id, list);
      ctx.drafts.set(block.block_id, value);
      if (block.type !== "input" || block.dispatch_action) ctx.use(block, e, value);
    },
  });
}

function files(block, e, ctx) {
  return fileField({
    id: `${ctx.place}-${block.block_id}-${e.action_id}`, types: e.filetypes, most: e.max_files, chosen: ctx.raw.get(block.block_id) ?? [],
    changed: (list) => {
      ctx.raw.set(block.block_id, list);
      ctx.drafts.set(block.block_id, list.map((f) => f.id));
    },
  });
}

function localTime(seconds) {
  if (!seconds) return "";
  const at = new Date(seconds * 1000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const unixTime = (text) => (text ? String(Math.floor(new Date(text).getTime() / 1000)) : "");
