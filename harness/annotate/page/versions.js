// The annotators' versions of a case and what is in gold, one card each, field beside field.

import { PARTS } from "./passage.js";

export const FIELDS = [
  ["label", "label"],
  ["content", "content"],
  ["cue", "cue"],
  ["source", "source"],
  ["source_name", "source name"],
  ["speaker", "speaker"],
  ["source_kind", "kind of source"],
  ["via", "via"],
  ["attribution", "attribution"],
  ["group", "group"],
  ["confidence", "confidence"],
  ["note", "note"],
];
const ALWAYS = new Set(["label", "content", "source_name", "confidence"]);

// A field's value; the label is stance and exclusion in one, of which a statement has exactly one.
export function valueOf(statement, field) {
  if (field === "label") return { stance: statement.stance, exclusion: statement.exclusion };
  if (PARTS.includes(field)) return statement[field].map(({ start, end }) => [start, end]);
  return statement[field];
}

// Who found it, in the order of the annotators. (Object.hasOwn, for a name may be one that every object knows.)
export const finders = (one) => one.asked.filter((who) => Object.hasOwn(one.versions, who));

export const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
export const labelText = ({ stance, exclusion }) => stance ?? (exclusion ? `excluded: ${exclusion}` : "no label");

export function differs(one, field) {
  return field === "label" ? ["stance", "exclusion"].some((name) => one.differ.includes(name)) : one.differ.includes(field);
}

export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

export function legend(root, layers, comparing) {
  const rows = layers.map(({ letter, lane, name }) => element("li", `who w${lane}`, badge(letter), ` ${name}`));
  const styles = PARTS.map((part) => element("li", "", element("span", `sample ${part}`, part)));
  if (comparing) styles.push(element("li", "", element("span", "apart", "marked differently")));
  root.replaceChildren(...rows, ...styles);
}

export const badge = (letter) => element("kbd", "badge", letter);

// letters: annotator -> letter; lanes: annotator -> number of the underline.
export function showVersions(root, one, letters, lanes, all) {
  const shown = FIELDS.filter(
    ([field]) =>
      all ||
      ALWAYS.has(field) ||
      differs(one, field) ||
      (field === "note" && [one.gold, ...Object.values(one.versions)].some((s) => s && s.note)),
  );
  const cards = one.asked.map((who) => {
    const statement = finders(one).includes(who) && one.versions[who];
    const title = element("h3", "", badge(letters.get(who) ?? "–"), " ", element("bdi", "", who));
    if (!statement) return card(`version absent w${lanes.get(who)}`, title, [], "did not find this statement");
    title.append(element("small", "", ` ${statement.id}`));
    return card(`version w${lanes.get(who)}`, title, shown.map((field) => row(field, statement, one)));
  });
  if (one.gold) cards.push(goldCard(one, shown, letters));
  if (one.dropped !== null) {
    const title = element("h3", "", "dropped");
    cards.push(card("version gold", title, [], one.dropped));
  }
  root.replaceChildren(...cards);
  root.style.setProperty("--rows", shown.length + (one.gold ? 2 : 1)); // a heading, and how gold was decided
}

function goldCard(one, shown, letters) {
  const title = element("h3", "", "in gold now", element("small", "", ` ${one.gold.id}`));
  const rows = shown.map((field) => {
    const [term, value] = row(field, one.gold, one, true);
    if (differs(one, field[0])) value.append(" ", whose(one, field[0], letters));
    return [term, value];
  });
  const votes = Object.entries(one.gold.votes).map(([who, vote]) => `${who} ${vote ?? "none"}`);
  const said = [one.gold.decision, votes.length && `votes: ${votes.join(", ")}`, one.gold.reason].filter(Boolean);
  rows.push([element("dt", "", "decided"), element("dd", "", element("bdi", "", said.join(" · ")))]);
  return card("version gold", title, rows);
}

// The letters of those who have the value that gold has.
function whose(one, field, letters) {
  const gold = valueOf(one.gold, field);
  const held = finders(one).filter((who) => same(valueOf(one.versions[who], field), gold));
  return element("span", "whose", ...(held.length ? held.map((who) => badge(letters.get(who) ?? who)) : ["of its own"]));
}

function card(className, title, rows, instead = "") {
  const body = instead ? element("p", "instead", element("bdi", "", instead)) : element("dl", "", ...rows.flat());
  return element("article", className, title, body);
}

function row([field, name], statement, one, isGold = false) {
  const apart = differs(one, field) && !isGold;
  const term = element("dt", apart ? "differs" : "", name);
  if (apart) term.prepend(element("span", "sign", "≠ "));
  const value = element("dd", apart ? "differs" : "");
  if (PARTS.includes(field)) value.append(...spanTexts(statement, field, apart ? one : null));
  else value.append(element("bdi", "", textOf(statement, field)));
  if (field === "label") value.classList.add("label");
  return [term, value];
}

export function textOf(statement, field) {
  if (field === "label") return labelText(statement);
  const value = statement[field];
  if (Array.isArray(value)) return value.length ? value.join("; ") : "none";
  return value === "" ? "none" : String(value);
}

// The words of each span; where the annotators differ, what not all of them have is hatched.
function spanTexts(statement, part, one) {
  if (!statement[part].length) return ["none"];
  const others = one ? Object.values(one.versions).filter((other) => other !== statement) : [];
  return statement[part].flatMap((span, i) => {
    const text = element("bdi", "quoted");
    const points = Array.from(span.text);
    let from = 0;
    const shared = (k) => others.every((other) => other[part].some((s) => s.start <= span.start + k && span.start + k < s.end));
    for (let k = 1; k <= points.length; k += 1) {
      if (k < points.length && shared(k) === shared(from)) continue;
      const piece = points.slice(from, k).join("");
      text.append(shared(from) ? piece : element("span", "apart", piece));
      from = k;
    }
    return i ? [" … ", text] : [text];
  });
}
