// The article with what each annotator marked in it. Every annotator has an underline of one's own, at one's own
// height; content, cue and source differ in its style. What not all of them marked alike is hatched.

import { directionOf } from "./direction.js";
import { slice } from "./offsets.js";

export const PARTS = ["content", "cue", "source"];
export const LANES = 6;

// layers: [{letter, lane, statement, counts}]; those that count are compared with each other.
export function showPassage(root, points, layers) {
  const marks = layers.flatMap((layer) =>
    PARTS.flatMap((part) => layer.statement[part].map(({ start, end }) => ({ layer, part, start, end }))),
  );
  const all = document.createDocumentFragment();
  let first = null;
  for (const [from, to] of lines(points)) {
    const line = document.createElement("div");
    const here = marks.filter((mark) => mark.start < to && from < mark.end);
    const cuts = new Set([from, to]);
    for (const { start, end } of here) for (const at of [start, end]) if (from < at && at < to) cuts.add(at);
    const edges = [...cuts].sort((a, b) => a - b);
    edges.slice(1).forEach((end, i) => {
      const piece = pieceOf(slice(points, edges[i], end), edges[i], here, layers);
      if (piece.nodeType === 1) first ||= piece;
      line.append(piece);
    });
    line.className = "line";
    line.dir = directionOf(line.textContent);
    all.append(line);
  }
  root.replaceChildren(all);
  if (first) root.scrollTop += first.getBoundingClientRect().top - root.getBoundingClientRect().top - root.clientHeight / 3;
  else root.scrollTop = 0;
}

function lines(points) {
  const found = [];
  let from = 0;
  points.forEach((point, i) => {
    if (point === "\n") {
      found.push([from, i + 1]);
      from = i + 1;
    }
  });
  if (from < points.length) found.push([from, points.length]);
  return found;
}

// A stretch that no mark begins or ends in: bare text, or the marks over it, one element inside the other.
function pieceOf(text, at, marks, layers) {
  const over = marks.filter((mark) => mark.start <= at && at < mark.end);
  if (!over.length) return document.createTextNode(text);
  const said = layers
    .filter((layer) => layer.counts)
    .map((layer) => over.filter((mark) => mark.layer === layer).map((mark) => mark.part).sort().join());
  const outer = document.createElement("span");
  let inner = outer;
  over.forEach((mark, i) => {
    if (i) inner = inner.appendChild(document.createElement("span"));
    inner.className = `mark w${mark.layer.lane} ${mark.part}`;
  });
  if (new Set(said).size > 1) inner.classList.add("apart");
  const begins = over.filter((mark) => mark.part === "content" && isFirst(mark) && mark.start === at);
  if (begins.length) outer.dataset.mark = begins.map((mark) => mark.layer.letter).join("");
  inner.append(text);
  return outer;
}

const isFirst = (mark) => mark.layer.statement[mark.part][0].start === mark.start;
