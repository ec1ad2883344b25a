// Starting a flow: a form of its inputs.

import { byId, fill, firstField, h } from "./dom.js";
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

function openForm(flow, me) {
  const fields = (flow.inputs ?? []).map((input) => ({ input, ...field(input) }));
  const error = h("p", { class: "error", id: "start-error", role: "alert" });
  const button = h("button", { type: "submit", class: "button primary", id: "start-submit" }, "Start");
  const close = () => dialog.close();
  fill(dialog,
    h("form", { novalidate: true, onsubmit: (event) => submit(event, flow, fields, error, button) },
      h("header", {},
        h("h2", { id: "start-title" }, `Start ${flow.id}`),
        h("button", { type: "button", class: "close", "aria-label": "Close", onclick: close }, "×")),
      h("div", { class: "modal-body" },
        h("p", { class: "hint" }, `${flow.namespace}, started by ${me?.real ?? "nobody"}.`,
          flow.description && ` ${flow.description}`),
        fields.map((f) => f.node)),
      h("footer", {}, error, h("button", { type: "button", class: "button", onclick: close }, "Cancel"), button)));
  dialog.showModal();
  firstField(dialog)?.focus();
}

/** field is a label, an input and room for a text; read gives its value. */
function field(input) {
  const id = `input-${input.id}`;
  const props = { class: "input", id, name: input.id, "aria-describedby": `${id}-error` };
  const node = control(input, props);
  node.value = input.default ?? "";
  const read = input.type === "DATETIME"
    ? () => (node.value ? new Date(node.value).toISOString() : "")
    : () => node.value;
  const error = h("p", { class: "error", id: `${id}-error`, role: "alert" });
  return {
    // A day that no calendar has reads as nothing; it must not pass for that.
    read, error, unfit: () => node.validity.badInput,
    node: h("div", { class: "field" },
      h("label", { for: id, class: "label" }, input.label || input.id,
        !input.required && h("span", { class: "optional" }, " (optional)")),
      node, error, input.hint && h("p", { class: "hint" }, input.hint)),
  };
}

function control(input, props) {
  const options = input.type === "BOOL"
    ? [{ value: "true", label: "Yes" }, { value: "false", label: "No" }]
    : input.options ?? [];
  if (input.type === "SELECT" && input.custom) {
    const list = `${props.id}-list`;
    return h("input", { ...props, list, autocomplete: "off" },
      h("datalist", { id: list }, options.map((o) => h("option", { value: o.value }, o.label || o.value))));
  }
  switch (input.type) {
    case "BOOL":
    case "SELECT":
      return h("select", props, h("option", { value: "" }, "Choose…"),
        options.map((o) => h("option", { value: o.value }, o.label || o.value)));
    case "DATE":
      return h("input", { ...props, type: "date" });
    case "DATETIME":
      return h("input", { ...props, type: "datetime-local" });
    case "INT":
    case "FLOAT":
      return h("input", { ...props, inputmode: "decimal", autocomplete: "off" });
    default:
      return h("input", { ...props, autocomplete: "off" });
  }
}

async function submit(event, flow, fields, error, button) {
  event.preventDefault();
  const inputs = {};
  for (const f of fields) if (f.read() !== "") inputs[f.input.id] = f.read();
  button.disabled = true;
  const unfit = fields.filter((f) => f.unfit()).map((f) => [f.input.id, "is not a date of the calendar"]);
  const answer = unfit.length > 0
    ? { fields: Object.fromEntries(unfit) }
    : await act("start", { namespace: flow.namespace, flow: flow.id, inputs });
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
