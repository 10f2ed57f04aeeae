// The overview of the keys, made from rows of [key, heading, what it does].

export function fillHelp(root, headings, rows) {
  for (const heading of headings) {
    const section = document.createElement("section");
    const title = document.createElement("h3");
    const list = document.createElement("dl");
    title.textContent = heading;
    for (const [key, , help] of rows.filter((row) => row[1] === heading)) {
      const [term, kbd, what] = ["dt", "kbd", "dd"].map((tag) => document.createElement(tag));
      kbd.textContent = key;
      term.append(kbd);
      what.textContent = help;
      list.append(term, what);
    }
    section.append(title, list);
    root.append(section);
  }
}

// A button with its key before its words.
export function keyButton(key, words) {
  const button = document.createElement("button");
  const kbd = document.createElement("kbd");
  kbd.textContent = key;
  button.type = "button";
  button.append(kbd, ` ${words}`);
  return button;
}
