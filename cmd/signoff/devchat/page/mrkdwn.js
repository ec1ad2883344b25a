// Slack's mrkdwn, as much of it as a bot's messages use: *bold*, _italic_,
// ~strike~, `code`, ```blocks```, > quotes, <links|text>, mentions and dates.

import { h, link } from "./dom.js";

const entities = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const decode = (text) => text.replace(/&(?:amp|lt|gt);/g, (e) => entities[e]);

const address = /(https?:\/\/[^\s<>]*[^\s<>.,;:!?'")\]])/;

/** linked turns the addresses in a plain message into links, as Slack does. */
export function linked(nodes) {
  return nodes.flatMap((n) =>
    typeof n === "string" ? n.split(address).map((part, i) => (i % 2 ? link(part, part) : part)) : [n]);
}

/** mrkdwn turns text into nodes. who looks up names: who("U…"), who("C…"). */
export function mrkdwn(text, who = () => null) {
  const out = [];
  const parts = text.split("```");
  parts.forEach((part, i) => {
    if (i % 2 === 1 && i < parts.length - 1) {
      out.push(h("pre", {}, decode(part.replace(/^\n|\n$/g, ""))));
      return;
    }
    out.push(...lines(i % 2 === 1 ? "```" + part : part, who));
  });
  return out;
}

function lines(text, who) {
  const out = [];
  let quote = null;
  text.split("\n").forEach((line, i, all) => {
    const quoted = line.startsWith("&gt;");
    const nodes = inline(quoted ? line.slice(4).trimStart() : line, who);
    if (quoted) {
      if (!quote) out.push((quote = h("blockquote", {})));
      else quote.append(h("br"));
      quote.append(...nodes);
      return;
    }
    quote = null;
    out.push(...nodes);
    if (i < all.length - 1) out.push(h("br"));
  });
  return out;
}

const marks = { "*": "strong", _: "em", "~": "s" };
// A token: <…>, `code`, or a marked run that begins and ends at a word's edge.
const token = /<([^<>\n]+)>|`([^`\n]+)`|(?<![\w*_~])([*_~])(?=\S)((?:(?!\3).)*?(?!\3)\S)\3(?!\w)/su;

function inline(text, who) {
  const out = [];
  while (text) {
    const found = token.exec(text);
    if (!found) return [...out, decode(text)];
    if (found.index > 0) out.push(decode(text.slice(0, found.index)));
    out.push(piece(found, who));
    text = text.slice(found.index + found[0].length);
  }
  return out;
}

function piece([, angle, code, mark, marked], who) {
  if (angle !== undefined) return sequence(angle, who);
  if (code !== undefined) return h("code", {}, decode(code));
  return h(marks[mark], {}, ...inline(marked, who));
}

/** sequence is what stands between < and >. */
function sequence(inside, who) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : decode(inside.slice(bar + 1));
  switch (target[0]) {
    case "@":
      return mention("@" + (who(target.slice(1)) ?? (label || target.slice(1))));
    case "#":
      return mention("#" + (who(target.slice(1)) ?? (label || target.slice(1))));
    case "!":
      return special(target.slice(1), label);
    default:
      return link(decode(target), label || decode(target));
  }
}

export const mention = (text) => h("span", { class: "mention" }, text);

function special(command, label) {
  const date = /^date\^(\d+)\^([^^]+)(?:\^(.+))?$/.exec(command);
  if (!date) return mention("@" + (label || command.split("^")[0]));
  return when(Number(date[1]), date[2], label, date[3]);
}

/** when is a moment in the reader's own zone; the fallback is its tooltip. */
export function when(seconds, format, fallback, url) {
  const at = new Date(seconds * 1000);
  if (Number.isNaN(at.getTime())) return h("span", {}, fallback);
  const text = format.replace(/\{(\w+)\}/g, (whole, name) => dateToken(at, name) ?? whole);
  const time = h("time", { datetime: at.toISOString(), title: fallback }, text);
  return url ? link(url, time) : time;
}

const dateStyles = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};

function dateToken(at, name) {
  if (name === "ago") return ago(at);
  if (name.endsWith("_pretty")) {
    return nearDay(at) ?? dateToken(at, name.slice(0, -"_pretty".length));
  }
  return dateStyles[name] ? new Intl.DateTimeFormat(undefined, dateStyles[name]).format(at) : null;
}

/** nearDay is "today" and its neighbours. */
export function nearDay(at) {
  const midnight = (d) => new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
  const days = Math.round((midnight(at) - midnight(new Date())) / 86_400_000);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days] ?? null;
}

function ago(at) {
  const seconds = Math.round((at.getTime() - Date.now()) / 1000);
  const steps = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const [unit, size] = steps.find(([, s]) => Math.abs(seconds) >= s) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
}

/** textOf draws a plain_text or mrkdwn object. */
export function textOf(object, who) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text, who);
  return object.text.split("\n").flatMap((line, i) => (i ? [h("br"), line] : [line]));
}
