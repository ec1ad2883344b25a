// What could follow what was typed: commands, their first words, flows, people.

/**
 * completions are [{ text, label, hint }], where text is the whole of the box after
 * the choice. offer holds commands, flows and people.
 */
export function completions(typed, { commands, flows, people }) {
  if (/^\/\S*$/u.test(typed)) {
    return commands.filter((c) => c.name.startsWith(typed.toLowerCase()))
      .map((c) => ({ text: `${c.name} `, label: c.name, hint: c.description ?? "" }));
  }
  const command = commands.find((c) => typed.startsWith(`${c.name} `));
  if (!command) return [];
  const rest = typed.slice(command.name.length + 1);
  const person = /(?:^|\s)@([\p{L}\p{N}._-]*)$/u.exec(rest);
  if (person) {
    const before = typed.slice(0, typed.length - person[1].length);
    return people.filter((p) => p.name.startsWith(person[1].toLowerCase()))
      .map((p) => ({ text: `${before}${p.name} `, label: `@${p.name}`, hint: p.real }));
  }
  const flow = /^(start|run)\s+(\S*)$/u.exec(rest);
  if (flow) {
    return flows.filter((f) => f.id.includes(flow[2]) || `${f.namespace}/${f.id}`.startsWith(flow[2]))
      .map((f) => ({ text: `${command.name} ${flow[1]} ${f.id} `, label: f.id, hint: f.description || f.namespace })).slice(0, 12);
  }
  return wordsOf(command).filter((w) => /^\S*$/u.test(rest) && w.word.startsWith(rest.toLowerCase()))
    .map((w) => ({ text: `${command.name} ${w.word} `, label: w.whole, hint: "" }));
}

/** wordsOf are the first words that a command knows, if its usage lists them. */
function wordsOf(command) {
  const all = (command.usage ?? "").split(" | ");
  return all.length < 2 ? [] : all.map((whole) => ({ whole, word: whole.split(" ")[0] }));
}
