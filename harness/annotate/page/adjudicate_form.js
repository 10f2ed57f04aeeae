// The form of "edit": start from a version and choose, field by field, whose value or which value of the scheme.

import { edgeButtons } from "./edges.js";
import { slice } from "./offsets.js";
import { PARTS } from "./passage.js";
import { badge, differs, element, FIELDS, finders, labelText, same, valueOf } from "./versions.js";

const WRITTEN = ["source_name", "speaker", "via", "group", "note"];
const ONES_OWN = ["group", "confidence", "note"];

// The versions that an edit can start from: the annotators', and what is in gold, which no annotator can be called.
export const bases = (one) => [...finders(one), ...(one.gold ? ["gold"] : [])];
const versionOf = (one, name) => (name === "gold" ? one.gold : one.versions[name]);

// A decision starts from what is in gold already, so that what was linked or mended there is kept.
export const firstBase = (one) => (one.gold ? "gold" : finders(one)[0]);

const valueNow = (one, draft, field) =>
  field in draft.changes ? draft.changes[field] : valueOf(versionOf(one, draft.base), field);

// Whether the form says what everybody says, where they all agree.
export function asEverybody(one, draft) {
  const judged = FIELDS.map(([field]) => field).filter((field) => !ONES_OWN.includes(field));
  return one.unanimous && judged.every((field) => same(valueNow(one, draft, field), valueOf(one.versions[one.asked[0]], field)));
}

// The spans that the form says, for the passage.
export function edited(one, draft) {
  const spans = PARTS.map((part) => [part, valueNow(one, draft, part).map(([start, end]) => ({ start, end }))]);
  return Object.fromEntries(spans);
}

// What is sent: what differs from the version that it starts from; a label is two fields of a statement.
export function sent(one, draft) {
  const base = versionOf(one, draft.base);
  const changed = Object.entries(draft.changes).filter(([field, value]) => !same(value, valueOf(base, field)));
  const { label, ...rest } = Object.fromEntries(changed);
  return { of: draft.base, changes: { ...rest, ...(label || {}) } };
}

// about: {one, draft(), letters, values, points, tokens}; `changed` takes over what is new in the draft at once.
export function showForm(root, about, changed) {
  const made = FIELDS.map(([field, name]) => [differs(about.one, field), fieldset(field, name, about, changed)]);
  const sets = (apart) => made.filter(([is]) => is === apart).map(([, set]) => set);
  const rest = element("details", "", element("summary", "", sets(true).length ? "the other fields" : "the fields"));
  rest.append(...sets(false));
  rest.open = !sets(true).length;
  root.replaceChildren(start(about, changed), ...sets(true), rest);
}

function start({ one, draft, letters }, changed) {
  const options = element("div", "options");
  for (const name of bases(one)) {
    const title = name === "gold" ? ["what is in gold"] : [badge(letters.get(name) ?? "–"), element("bdi", "", name)];
    options.append(radio("base", name === draft().base, () => changed({ base: name }), ...title));
  }
  return element("fieldset", "", element("legend", "", "start from"), options);
}

function fieldset(field, name, about, changed) {
  const title = element("legend", "", name);
  if (differs(about.one, field)) title.prepend(element("span", "sign", "≠ "));
  const options = element("div", "options");
  const choose = (value) => {
    changed({ changes: { ...about.draft().changes, [field]: value } });
    if (!PARTS.includes(field)) return;
    // Other spans have other edges to move, so the rows are made anew, and the focus stays where it was.
    const { edge } = document.activeElement.dataset;
    fill();
    const button = edge && options.querySelector(`[data-edge="${edge}"]:enabled`);
    (button || options.querySelector(":checked")).focus();
  };
  const fill = () => options.replaceChildren(...rows(field, name, about, choose));
  fill();
  return element("fieldset", differs(about.one, field) ? "differs" : "", title, options);
}

function rows(field, name, about, choose) {
  const { one, draft, letters, values, points, tokens } = about;
  const now = valueNow(one, draft(), field);
  const options = optionsOf(field, one, values);
  const isNew = !options.some((value) => same(value, now));
  const isPart = PARTS.includes(field);
  const made = (isNew && isPart ? [...options, now] : options).map((value) => {
    const held = bases(one).filter((who) => same(valueOf(versionOf(one, who), field), value));
    const marks = held.map((who) => badge(who === "gold" ? who : (letters.get(who) ?? who)));
    if (isPart && !held.length) marks.push(badge("✎"));
    const text = element("bdi", "", shownValue(field, value, points));
    return radio(field, same(value, now), () => choose(value), ...marks, text);
  });
  if (isPart) made.push(...edgeButtons(name, tokens, now, choose));
  if (WRITTEN.includes(field)) made.push(...written(field, name, isNew ? now : null, choose));
  return made;
}

// The distinct values of all versions; of a field with fixed values, all of those.
function optionsOf(field, one, values) {
  const labels = [
    ...values.labels.map((stance) => ({ stance, exclusion: null })),
    ...values.exclusions.map((exclusion) => ({ stance: null, exclusion })),
  ];
  const found = field === "label" ? labels : field === "confidence" ? [3, 2, 1] : [...(values[field] || [])];
  for (const name of bases(one)) {
    const value = valueOf(versionOf(one, name), field);
    if (!found.some((each) => same(each, value))) found.push(value);
  }
  return found;
}

function shownValue(field, value, points) {
  if (field === "label") return labelText(value);
  if (PARTS.includes(field)) return value.map(([start, end]) => slice(points, start, end)).join(" … ") || "none";
  if (Array.isArray(value)) return value.join("; ") || "none";
  return value === "" ? "none" : String(value);
}

function radio(field, checked, choose, ...children) {
  const input = document.createElement("input");
  input.type = "radio";
  input.name = field;
  input.checked = checked;
  input.addEventListener("change", choose);
  return element("label", "", input, ...children);
}

// A value that is nobody's (`now`, or null): choosing it is writing it.
function written(field, name, now, choose) {
  const line = document.createElement(field === "note" ? "textarea" : "input");
  if (field !== "note") line.type = "text";
  line.maxLength = field === "note" ? 20000 : 500;
  line.dir = "auto";
  line.value = Array.isArray(now) ? now.join("; ") : (now ?? "");
  line.setAttribute("aria-label", `another ${name}`);
  if (field === "via") line.placeholder = "outermost first; separated by ;";
  const read = () => choose(field === "via" ? line.value.split(";").map((one) => one.trim()).filter(Boolean) : line.value);
  const other = radio(field, now !== null, read, "another");
  line.addEventListener("input", () => {
    other.querySelector("input").checked = true;
    read();
  });
  return [other, line];
}
