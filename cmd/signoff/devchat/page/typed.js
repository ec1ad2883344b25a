// Elements into which one types.

import { h } from "./dom.js";

const pause = 400; // ms without a key before the app is told of a character

/** typed is a field; read turns what is in it into what Slack would send. */
export function typed(block, e, ctx, { multiline, ...props }, initial, read = (s) => s) {
  const action = block.type !== "input" || block.dispatch_action;
  const on = e.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const text = e.type === "plain_text_input" || e.type.endsWith("_text_input") || e.type === "number_input";
  let sent = ctx.raw.get(block.block_id) ?? initial ?? "";
  let timer = 0;
  const send = () => {
    clearTimeout(timer);
    if (!action || node.value === sent) return;
    sent = node.value;
    ctx.use(block, e, read(node.value));
  };
  const node = h(multiline ? "textarea" : "input", {
    class: "input", ...props, rows: multiline ? 4 : null, placeholder: e.placeholder?.text,
    oninput: () => {
      ctx.drafts.set(block.block_id, read(node.value));
      ctx.raw.set(block.block_id, node.value);
      if (!action || !text || !on.includes("on_character_entered")) return;
      clearTimeout(timer);
      timer = setTimeout(send, pause);
    },
    onkeydown: (event) => {
      if (event.key !== "Enter" || multiline || !action) return;
      event.preventDefault();
      send();
    },
    onchange: send,
  });
  node.value = sent;
  return node;
}
