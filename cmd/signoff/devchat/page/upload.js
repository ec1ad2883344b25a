// A field for files: each is handed to the workspace, and the form carries its id.

import { h } from "./dom.js";
import { upload } from "./server.js";

/** fileField makes the field. chosen are [{ id, name }]; changed(list) is told. */
export function fileField({ id, types, most = 10, chosen, changed }) {
  let files = [...chosen];
  const list = h("ul", { class: "files" });
  const input = h("input", {
    type: "file", class: "input", id, multiple: most > 1, accept: types?.map((t) => `.${t}`).join(",") || null,
    onchange: take,
  });
  const busy = h("p", { class: "hint", role: "status" });
  const node = h("div", { class: "file-field" }, input, busy, list);
  show();

  async function take() {
    const fresh = [...input.files].slice(0, most - files.length);
    busy.textContent = fresh.length ? "Reading…" : `At most ${most}.`;
    for (const file of fresh) {
      const found = await upload(file);
      if (found) files.push({ id: found, name: file.name });
    }
    busy.textContent = "";
    input.value = "";
    show();
    changed(files);
  }

  function show() {
    list.replaceChildren(...files.map((f) =>
      h("li", {}, f.name, h("button", {
        type: "button", "aria-label": `Remove ${f.name}`,
        onclick: () => {
          files = files.filter((other) => other !== f);
          show();
          changed(files);
          input.focus();
        },
      }, "×"))));
    input.disabled = files.length >= most;
  }
  return node;
}
