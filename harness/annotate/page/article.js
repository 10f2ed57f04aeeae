// The article: one element a token and one a gap, so that highlights are classes and the text is untouched.

import { directionOf } from "./direction.js";
import { slice, tokenAt } from "./offsets.js";

export class ArticleView {
  constructor(root) {
    this.root = root;
    this.cursor = 0;
    this.anchor = null;
  }

  show(points, tokens) {
    this.points = points;
    this.tokens = tokens;
    this.cursor = 0;
    this.anchor = null;
    this.pieces = [];
    this.elements = [];
    const all = document.createDocumentFragment();
    let line = newLine(all);
    const gap = (start, end) => {
      let from = start;
      for (let i = start; i < end; i += 1) {
        if (points[i] === "\n") {
          this.piece(line, from, i + 1, "g");
          line = newLine(all);
          from = i + 1;
        }
      }
      if (from < end) this.piece(line, from, end, "g");
    };
    let at = 0;
    tokens.forEach(([start, end], number) => {
      gap(at, start);
      const element = this.piece(line, start, end, "t");
      element.dataset.i = number;
      this.elements.push(element);
      at = end;
    });
    gap(at, points.length);
    for (const one of all.children) one.dir = directionOf(one.textContent);
    this.root.replaceChildren(all);
  }

  piece(line, start, end, kind) {
    const element = document.createElement("span");
    element.className = kind;
    element.textContent = slice(this.points, start, end);
    line.append(element);
    this.pieces.push({ element, start, end, kind, painted: kind, mark: "" });
    return element;
  }

  // marks: [{start, end, classes, mark}]; a piece has the classes of every mark that touches it.
  paint(marks) {
    const classes = this.pieces.map((piece) => [piece.kind]);
    const letters = new Map();
    const starts = this.pieces.map((piece) => piece.start);
    for (const mark of marks) {
      let i = lastAtMost(starts, mark.start);
      const first = i;
      for (; i < this.pieces.length && this.pieces[i].start < mark.end; i += 1) {
        if (this.pieces[i].end > mark.start) classes[i].push(...mark.classes);
      }
      if (mark.letter && first < this.pieces.length) letters.set(first, mark.letter);
    }
    for (const [start, end] of [this.selection()].filter(Boolean)) {
      let i = lastAtMost(starts, start);
      for (; i < this.pieces.length && this.pieces[i].start < end; i += 1) classes[i].push("sel");
    }
    const here = this.elements[this.cursor];
    this.pieces.forEach((piece, i) => {
      if (piece.element === here) classes[i].push("cursor");
      const wanted = classes[i].join(" ");
      if (wanted !== piece.painted) piece.element.className = piece.painted = wanted;
      const letter = letters.get(i) || "";
      if (letter !== piece.mark) {
        piece.mark = letter;
        if (letter) piece.element.dataset.mark = letter;
        else delete piece.element.dataset.mark;
      }
    });
  }

  // The selected stretch in code points, or null.
  selection() {
    if (this.anchor === null || !this.tokens.length) return null;
    const [a, b] = [this.anchor, this.cursor].sort((x, y) => x - y);
    return [this.tokens[a][0], this.tokens[b][1]];
  }

  // The selection, or the token at the cursor.
  stretch() {
    return this.selection() || this.tokens[this.cursor] || null;
  }

  goTo(offset) {
    this.cursor = Math.min(tokenAt(this.tokens, offset), Math.max(0, this.tokens.length - 1));
    this.anchor = null;
    this.reveal("center");
  }

  reveal(block) {
    const element = this.elements[this.cursor];
    if (element) element.scrollIntoView({ block, inline: "nearest" });
  }

  select(from, to) {
    this.anchor = from === to ? null : from;
    this.cursor = to;
  }

  move(direction, selecting) {
    if (!this.tokens.length) return;
    if (selecting && this.anchor === null) this.anchor = this.cursor;
    if (!selecting) this.anchor = null;
    const sideways = { ArrowLeft: -1, ArrowRight: 1 }[direction];
    if (sideways) {
      const line = this.elements[this.cursor].parentElement;
      this.cursor += getComputedStyle(line).direction === "rtl" ? -sideways : sideways;
    } else {
      this.cursor = this.below(direction === "ArrowDown" ? 1 : -1);
    }
    this.cursor = Math.max(0, Math.min(this.tokens.length - 1, this.cursor));
    this.reveal("nearest");
  }

  // The token nearest in the next visual row, downwards or upwards.
  below(step) {
    const from = this.elements[this.cursor].getBoundingClientRect();
    const middle = (from.left + from.right) / 2;
    let best = this.cursor;
    let nearest = Infinity;
    let row = null;
    for (let i = this.cursor + step; i >= 0 && i < this.elements.length; i += step) {
      const box = this.elements[i].getBoundingClientRect();
      const away = step > 0 ? box.top >= from.bottom - 4 : box.bottom <= from.top + 4;
      if (!away) continue;
      if (row === null) row = box;
      if (Math.abs(box.top - row.top) > row.height / 2) break;
      const distance = Math.abs((box.left + box.right) / 2 - middle);
      if (distance < nearest) [nearest, best] = [distance, i];
    }
    return best;
  }
}

function newLine(parent) {
  const line = document.createElement("div");
  line.className = "line";
  parent.append(line);
  return line;
}

function lastAtMost(starts, offset) {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= offset) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
