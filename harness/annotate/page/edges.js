// Moving the edges of spans by tokens, as offsets in code points.

// The spans with one edge of one of them moved; null where it cannot move, or would run into its neighbour.
export function moved(tokens, spans, number, edge, by) {
  const [start, end] = spans[number];
  const places = tokens.map((token) => token[edge]);
  const ahead = by > 0 ? places.filter((at) => at > spans[number][edge]) : places.filter((at) => at < spans[number][edge]);
  const to = by > 0 ? ahead[0] : ahead[ahead.length - 1];
  const made = edge === 0 ? [to, end] : [start, to];
  if (to === undefined || made[0] >= made[1]) return null;
  if (spans.some((other, i) => i !== number && made[0] < other[1] && other[0] < made[1])) return null;
  return spans.map((span, i) => (i === number ? made : span));
}

const STEPS = [
  ["◂ start", "start one token back", 0, -1],
  ["start ▸", "start one token on", 0, 1],
  ["◂ end", "end one token back", 1, -1],
  ["end ▸", "end one token on", 1, 1],
];

// The four buttons of each span; `move` gets the spans after a press.
export function edgeButtons(name, tokens, spans, move) {
  return spans.map((_, number) => {
    const row = document.createElement("div");
    row.className = "edges";
    if (spans.length > 1) row.append(`${number + 1}. `);
    for (const [text, help, edge, by] of STEPS) {
      const button = document.createElement("button");
      const made = moved(tokens, spans, number, edge, by);
      button.type = "button";
      button.textContent = text;
      button.dataset.edge = `${name} ${number} ${edge} ${by}`;
      button.setAttribute("aria-label", `${name}${spans.length > 1 ? ` ${number + 1}` : ""}: ${help}`);
      button.disabled = !made;
      button.addEventListener("click", () => move(made));
      row.append(button);
    }
    return row;
  });
}
