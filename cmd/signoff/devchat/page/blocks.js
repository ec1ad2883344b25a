// Block Kit, drawn. A block that the page does not know is shown as such, so
// that nothing that was posted is silently missing.

import { h, link } from "./dom.js";
import { mention, textOf, when } from "./mrkdwn.js";
import { element } from "./elements.js";

/** blocks draws a list of blocks. ctx is where they stand: see elements.js. */
export function blocks(list, ctx) {
  return list.map((block) => {
    const node = drawn(block, ctx);
    node.classList.add("block", `block-${block.type}`);
    if (block.block_id) node.dataset.block = block.block_id;
    return node;
  });
}

/** drawn is one block. What cannot be drawn must not take the rest with it. */
function drawn(block, ctx) {
  try {
    return (draw[block.type] ?? unknown)(block, ctx);
  } catch (error) {
    console.error("block", block, error);
    return unknown(block);
  }
}

const unknown = (block) => h("p", {}, `[a block of type ${block.type}]`);

const draw = {
  header: (b) => h("h3", {}, b.text.text),
  divider: () => h("hr"),
  section: (b, ctx) =>
    h("div", {},
      h("div", { class: "section-text" },
        b.text && h("p", {}, ...textOf(b.text, ctx.who)),
        b.fields && h("div", { class: "fields" }, b.fields.map((f) => h("p", {}, ...textOf(f, ctx.who))))),
      b.accessory && element(b, b.accessory, ctx)),
  context: (b, ctx) =>
    h("div", {}, b.elements.map((e) =>
      e.type === "image" ? h("span", { class: "alt" }, e.alt_text) : h("span", {}, ...textOf(e, ctx.who)))),
  actions: (b, ctx) => h("div", { role: "group", "aria-label": "Actions" }, b.elements.map((e) => element(b, e, ctx))),
  input: input,
  image: (b) => h("p", { class: "alt" }, `Image: ${b.alt_text}`),
  markdown: (b) => h("p", {}, ...textOf({ type: "plain_text", text: b.text })),
  rich_text: (b, ctx) => h("div", {}, b.elements.map((e) => rich(e, ctx))),
};

/** input is a label, a field, a hint and room for what is wrong with it. */
function input(b, ctx) {
  const field = element(b, b.element, ctx);
  const error = ctx.errors?.[b.block_id];
  const id = `${ctx.place}-${b.block_id}`;
  const group = field.matches(".options");
  const control = group || field.matches("input, select, textarea") ? field : field.querySelector("input") ?? field;
  control.removeAttribute("aria-label");
  if (group) control.setAttribute("aria-labelledby", `${id}-label`);
  else control.id = id;
  control.setAttribute("aria-describedby", `${id}-error${b.hint ? ` ${id}-hint` : ""}`);
  return h("div", { class: error ? "field wrong" : "field" },
    h(group ? "span" : "label", { id: `${id}-label`, for: group ? null : id, class: "label" },
      b.label.text, b.optional && h("span", { class: "optional" }, " (optional)")),
    field,
    h("p", { class: "error", id: `${id}-error`, role: "alert", data: { errorFor: b.block_id } }, error ?? ""),
    b.hint && h("p", { class: "hint", id: `${id}-hint` }, b.hint.text));
}

function rich(part, ctx) {
  switch (part.type) {
    case "rich_text_quote":
      return h("blockquote", {}, part.elements.flatMap((e) => run(e, ctx)));
    case "rich_text_preformatted":
      return h("pre", {}, part.elements.map((e) => e.text ?? e.url ?? ""));
    case "rich_text_list":
      return h(part.style === "ordered" ? "ol" : "ul",
        { class: `indent-${part.indent ?? 0}`, start: part.offset ? part.offset + 1 : null },
        part.elements.map((e) => h("li", {}, e.elements.flatMap((x) => run(x, ctx)))));
    default:
      return h("p", {}, (part.elements ?? []).flatMap((e) => run(e, ctx)));
  }
}

/** run is one piece of a line of rich text. */
function run(e, ctx) {
  switch (e.type) {
    case "text":
      return styled(e.text.split("\n").flatMap((line, i) => (i ? [h("br"), line] : [line])), e.style);
    case "link":
      return styled([link(e.url, e.text || e.url)], e.style);
    case "user":
      return [mention("@" + (ctx.who(e.user_id) ?? e.user_id))];
    case "channel":
      return [mention("#" + (ctx.who(e.channel_id) ?? e.channel_id))];
    case "broadcast":
      return [mention("@" + e.range)];
    case "date":
      return [when(e.timestamp, e.format, e.fallback ?? "", e.url)];
    case "emoji":
      return [e.unicode ? String.fromCodePoint(...e.unicode.split("-").map((c) => parseInt(c, 16))) : `:${e.name}:`];
    default:
      return [`[${e.type}]`];
  }
}

function styled(nodes, style = {}) {
  for (const [key, name] of [["code", "code"], ["strike", "s"], ["italic", "em"], ["bold", "strong"]]) {
    if (style?.[key]) nodes = [h(name, {}, ...nodes)];
  }
  return nodes;
}
