// Offsets count Unicode code points, as Python counts them; a JavaScript string counts UTF-16 units.
// So the text is taken apart into code points once, and no offset of the page is ever a string index.

export function codePoints(text) {
  return Array.from(text);
}

export function slice(points, start, end) {
  return points.slice(start, end).join("");
}

// The number of the first token that ends after an offset: the token there, or the next one.
export function tokenAt(tokens, offset) {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tokens[middle][1] <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
