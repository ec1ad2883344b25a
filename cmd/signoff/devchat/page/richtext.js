// Formatted text in a plain field: what is typed becomes the rich_text block that
// Slack's own field would make, and the other way round.

const marks = { "*": "bold", _: "italic", "~": "strike", "`": "code" };
const mark = /(https?:\/\/[^\s<>]*[^\s<>.,;:!?'")\]])|(?<![\w*_~`])([*_~`])(?=\S)((?:(?!\2).)+?)(?<=\S)\2(?![\w*_~`])/u;

/** runs are the pieces of one line. */
function runs(line, style = {}) {
  const out = [];
  const text = (s, how) => s && out.push(Object.keys(how).length ? { type: "text", text: s, style: how } : { type: "text", text: s });
  let rest = line;
  while (rest) {
    const found = style.code ? null : mark.exec(rest);
    if (!found) {
      text(rest, style);
      break;
    }
    text(rest.slice(0, found.index), style);
    if (found[1]) out.push({ type: "link", url: found[1] });
    else out.push(...runs(found[3], { ...style, [marks[found[2]]]: true }));
    rest = rest.slice(found.index + found[0].length);
  }
  return out;
}

/** kind tells what a line begins: a quote, a list, or neither. */
function kind(line) {
  const item = /^(?:[-*•]|(\d+)[.)])\s+(.*)$/u.exec(line);
  if (item) return { type: "rich_text_list", style: item[1] ? "ordered" : "bullet", text: item[2] };
  const quote = /^>\s?(.*)$/u.exec(line);
  if (quote) return { type: "rich_text_quote", text: quote[1] };
  return { type: "rich_text_section", text: line };
}

/** toRichText makes the block; null for an empty text. */
export function toRichText(typed) {
  if (!typed.trim()) return null;
  const elements = [];
  typed.replaceAll("\r\n", "\n").split("```").forEach((part, i, all) => {
    if (i % 2 === 1 && i < all.length - 1) {
      elements.push({ type: "rich_text_preformatted", elements: [{ type: "text", text: part.replace(/^\n|\n$/g, "") || " " }] });
      return;
    }
    const open = i % 2 === 1 ? "```" + part : part;
    const lines = open.replace(i > 0 ? /^\n/ : "", "").replace(i < all.length - 1 ? /\n$/ : "", "");
    if (lines !== "") append(elements, lines.split("\n"));
  });
  return { type: "rich_text", elements };
}

/** append adds lines, those of one kind together. */
function append(elements, lines) {
  let last = null;
  for (const line of lines) {
    const { type, style, text } = kind(line);
    const same = last?.type === type && last.style === style;
    if (!same) elements.push((last = style ? { type, style, elements: [] } : { type, elements: [] }));
    if (style) last.elements.push({ type: "rich_text_section", elements: runs(text) });
    else last.elements.push(...(same ? [{ type: "text", text: "\n" }] : []), ...runs(text));
  }
}

/** fromRichText is what somebody would have typed. */
export const fromRichText = (block) => (block?.elements ?? []).map(lineOf).join("\n");

function lineOf(part) {
  const inside = (p) => (p.elements ?? []).map(runOf).join("");
  switch (part.type) {
    case "rich_text_preformatted":
      return "```\n" + inside(part) + "\n```";
    case "rich_text_quote":
      return inside(part).split("\n").map((line) => `> ${line}`).join("\n");
    case "rich_text_list":
      return part.elements.map((e, i) => (part.style === "ordered" ? `${i + 1}. ` : "- ") + inside(e)).join("\n");
    default:
      return inside(part);
  }
}

function runOf(e) {
  let text = e.text ?? e.url ?? "";
  for (const [sign, name] of Object.entries(marks)) if (e.style?.[name] && text.trim()) text = sign + text + sign;
  return text;
}
