// Starting a flow: a form of its inputs.

import { byId, fill, firstField, h, sum } from "./dom.js";
import { act } from "./server.js";

const dialog = byId("start");
dialog.addEventListener("close", () => dialog.replaceChildren());

/** showFlows draws a button for each flow. */
export function showFlows(flows, person) {
  fill(byId("flows"), flows.map((f) =>
    h("button", {
      type: "button", class: "button start", id: `start-${f.namespace}-${f.id}`, title: `${f.namespace}/${f.id}`,
      onclick: () => openForm(f, person()),
    }, `Start ${f.id}`)));
}

async function openForm(flow, me) {
  const first = await ask(flow, {});
  if (!first) return;
  const body = h("div", { class: "field-list" });
  const error = h("p", { class: "error", id: "start-error", role: "alert" });
  const button = h("button", { type: "submit", class: "button primary", id: "start-submit" }, "Start");
  const close = () => dialog.close();
  const form = { flow, body, error, button, fields: [] };
  draw(form, first);
  fill(dialog,
    h("form", { novalidate: true, onsubmit: (event) => submit(event, form), onchange: () => refresh(form) },
      h("header", {},
        h("h2", { id: "start-title" }, `Start ${flow.id}`),
        h("button", { type: "button", class: "close", "aria-label": "Close", onclick: close }, "×")),
      h("div", { class: "modal-body" },
        h("p", { class: "hint" }, `${flow.namespace}, started by ${me?.real ?? "nobody"}.`,
          flow.description && ` ${flow.description}`),
        body),
      h("footer", {}, error, h("button", { type: "button", class: "button", onclick: close }, "Cancel"), button)));
  dialog.showModal();
  firstField(dialog)?.focus();
}

/** ask returns the questions as they stand with these answers. */
const ask = async (flow, inputs) => (await act("form", { namespace: flow.namespace, flow: flow.id, inputs })).inputs;

/** draw shows the questions. One that has not changed keeps its node, and with
 * it what was typed. */
function draw(form, inputs) {
  const old = new Map(form.fields.map((f) => [f.input.id, f]));
  form.fields = inputs.map((input) => {
    const same = old.get(input.id);
    return same && sum(same.input) === sum(input) ? same : { input, ...field(input) };
  });
  const nodes = form.fields.map((f) => f.node);
  if (nodes.length !== form.body.children.length || nodes.some((n, i) => n !== form.body.children[i])) {
    fill(form.body, nodes);
  }
}

/** refresh asks anew, because questions may depend on answers. */
async function refresh(form) {
  const round = (form.round = (form.round ?? 0) + 1);
  const inputs = await ask(form.flow, answers(form));
  if (!inputs || round !== form.round) return;
  const at = document.activeElement?.id;
  draw(form, inputs);
  if (at) byId(at)?.focus();
}

function answers(form) {
  const inputs = {};
  for (const f of form.fields) if (f.read() !== "") inputs[f.input.id] = f.read();
  return inputs;
}

/** field is a label, an input and room for a text; read gives its value. */
function field(input) {
  const id = `input-${input.id}`;
  const props = { class: "input", id, name: input.id, "aria-describedby": `${id}-error` };
  const node = control(input, props);
  const several = node.multiple;
  if (several) choose(node, (input.default ?? "").split("\n"));
  else node.value = input.default ?? "";
  const read = input.type === "DATETIME"
    ? () => (node.value ? new Date(node.value).toISOString() : "")
    : several
      ? () => [...node.selectedOptions].map((o) => o.value).join("\n")
      : () => node.value;
  const error = h("p", { class: "error", id: `${id}-error`, role: "alert" });
  return {
    // A day that no calendar has reads as nothing; it must not pass for that.
    read, error, unfit: () => node.validity.badInput,
    node: h("div", { class: "field" },
      h("label", { for: id, class: "label" }, input.label || input.id,
        !input.required && h("span", { class: "optional" }, " (optional)")),
      node, error, [input.hint, manner(input, several)].filter(Boolean).map((text) => h("p", { class: "hint" }, text))),
  };
}

const choose = (node, values) => {
  for (const o of node.options) o.selected = values.includes(o.value);
};

/** manner says how a value is written where the control does not tell. */
function manner(input, several) {
  switch (input.type) {
    case "ARRAY":
      return "One item a line.";
    case "MULTISELECT":
      return several ? "Hold Ctrl to choose several." : "One choice a line.";
    case "DURATION":
      return "Such as PT4H or P3D.";
    case "JSON":
    case "YAML":
      return `${input.type}.`;
    case "FILE":
      return `The address of an upload. To send a file: signoff start … -i ${input.id}=@FILE`;
  }
  return "";
}

function control(input, props) {
  const options = input.type === "BOOL"
    ? [{ value: "true", label: "Yes" }, { value: "false", label: "No" }]
    : input.options ?? [];
  const choices = options.map((o) => h("option", { value: o.value }, o.label || o.value));
  switch (input.type) {
    case "BOOL":
    case "SELECT":
      if (input.custom) {
        const list = `${props.id}-list`;
        return h("input", { ...props, list, autocomplete: "off" }, h("datalist", { id: list }, choices));
      }
      return h("select", props, h("option", { value: "" }, "Choose…"), choices);
    case "MULTISELECT":
      if (choices.length === 0 || input.custom) return h("textarea", { ...props, rows: 3 });
      return h("select", { ...props, multiple: true, size: Math.min(choices.length, 8) }, choices);
    case "JSON":
    case "YAML":
    case "ARRAY":
      return h("textarea", { ...props, rows: 4 });
    case "DATE":
      return h("input", { ...props, type: "date" });
    case "TIME":
      return h("input", { ...props, type: "time", step: 1 });
    case "DATETIME":
      return h("input", { ...props, type: "datetime-local" });
    case "SECRET":
      return h("input", { ...props, type: "password", autocomplete: "off" });
    case "INT":
    case "FLOAT":
      return h("input", { ...props, inputmode: "decimal", autocomplete: "off" });
    default:
      return h("input", { ...props, autocomplete: "off" });
  }
}

async function submit(event, form) {
  event.preventDefault();
  const { flow, fields, error, button } = form;
  button.disabled = true;
  const unfit = fields.filter((f) => f.unfit())
    .map((f) => [f.input.id, f.input.type === "TIME" ? "is not a time of day" : "is not a date of the calendar"]);
  const answer = unfit.length > 0
    ? { fields: Object.fromEntries(unfit) }
    : await act("start", { namespace: flow.namespace, flow: flow.id, inputs: answers(form) });
  button.disabled = false;
  const texts = answer.fields ?? {};
  for (const f of fields) {
    f.error.textContent = texts[f.input.id] ?? "";
    f.node.classList.toggle("wrong", f.input.id in texts);
  }
  const known = new Set(fields.map((f) => f.input.id));
  const others = Object.entries(texts).filter(([id]) => !known.has(id)).map(([id, text]) => `${id}: ${text}`);
  error.textContent = [answer.text, ...others].filter(Boolean).join(" ");
  if (answer.url) dialog.close();
  else dialog.querySelector(".field.wrong .input")?.focus();
}
