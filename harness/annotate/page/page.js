// The page: keys and buttons -> actions -> what the server says the desk looks like now.
// Nothing is kept here but where one is looking; every action is saved by the server before it is shown.

import { ArticleView } from "./article.js";
import { ask, say, turns } from "./asking.js";
import { COMMANDS, FIXED } from "./commands.js";
import { fillHelp, keyButton } from "./help.js";
import { keyOf } from "./keys.js";
import { codePoints } from "./offsets.js";

const by = (id) => document.getElementById(id);
const view = new ArticleView(by("article"));
const labels = [...document.querySelectorAll("[data-label]")].map((button) => button.dataset.label);
const KINDS = [...by("source_kind").options].map((option) => option.value).filter(Boolean);
const ATTRIBUTIONS = ["direct", "indirect", "mixed"];
let articles = [];
let article = null; // what the server sent of the open article
let current = null; // the id of the statement in hand
let active = { part: "content", span: 0 };

// ---- talking to the server

async function act(action) {
  const said = await ask(`/api/articles/${encodeURIComponent(article.id)}/act`, { seen: article.seen, action });
  if (!said || !said.drafts) return false;
  const before = new Set(article.drafts.map((draft) => draft.id));
  Object.assign(article, said);
  if (said.error) {
    show();
    return false;
  }
  say("Saved.");
  const made = article.drafts.find((draft) => !before.has(draft.id));
  if (made) current = made.id;
  else if (["undo", "redo"].includes(action.do) && article.last) current = article.last;
  return true;
}

// ---- where one is looking

const drafts = () => article.drafts;
const place = () => drafts().findIndex((draft) => draft.id === current);
const draft = () => drafts()[place()];
const spansOf = (one) =>
  ["content", "cue", "source"].flatMap((part) => one[part].map((where, span) => ({ part, span, where })));

function lookAt(one) {
  current = one ? one.id : null;
  active = { part: "content", span: 0 };
  if (one) view.goTo(one.content.length ? one.content[0].start : 0);
}

function step(by_) {
  const all = drafts();
  if (!all.length) return say("There is no statement yet: select words and press i.");
  return lookAt(all[(place() + by_ + all.length) % all.length]);
}

// The next draft of a status after this one, round the end.
function nextOf(status, from = place()) {
  const all = drafts();
  return [...all.slice(from + 1), ...all.slice(0, from + 1)].find((one) => one.status === status);
}

async function thenGoOn(action) {
  const from = place();
  const was = current;
  if (!(await act(action))) return;
  const at = draft() && current === was ? from : from - 1;
  const next = nextOf("proposed", at);
  if (next && next.id !== was) lookAt(next);
  else if (!draft()) lookAt(drafts()[Math.max(0, Math.min(from, drafts().length - 1))]);
}

// ---- commands

const about = (rest) => ({ id: current, ...rest });
const onSpan = (rest) => act(about({ ...active, ...rest }));
const edge = (which, by_) => () => onSpan({ do: "edge", edge: which, by: by_ });

async function mark(part) {
  const stretch = view.stretch();
  if (!stretch) return;
  const [start, end] = stretch;
  if (await act(about({ do: "mark", part, start, end }))) {
    view.anchor = null;
    active = { part, span: draft()[part].findIndex((s) => s.start <= start && end <= s.end) };
  }
}

function nextValue(values, value, name) {
  return act(about({ do: name, value: values[(values.indexOf(value) + 1) % values.length] }));
}

function field(id) {
  by(id).focus();
  if (by(id).select) by(id).select();
}

function openArticle(by_) {
  const at = articles.findIndex((one) => one.id === article.id);
  return load(articles[(at + by_ + articles.length) % articles.length].id);
}

const RUN = {
  next: () => step(1),
  previous: () => step(-1),
  accept: () => thenGoOn(about({ do: "accept" })),
  skip: () => thenGoOn(about({ do: "skip" })),
  remove: () => thenGoOn(about({ do: "remove" })),
  back: () => {
    const next = nextOf("skipped");
    return next ? lookAt(next) : say("Nothing is skipped.");
  },
  create: async () => {
    const stretch = view.stretch();
    if (stretch && (await act({ do: "new", start: stretch[0], end: stretch[1] }))) {
      view.anchor = null;
      active = { part: "content", span: 0 };
    }
  },
  merge: async () => {
    const before = drafts()[place() - 1];
    if ((await act(about({ do: "merge" }))) && before) current = before.id;
  },
  opposed: () => act(about({ do: "exclude", exclusion: "opposed" })),
  undecidable: () => act(about({ do: "exclude", exclusion: "undecidable" })),
  startBack: edge("start", -1),
  startOn: edge("start", 1),
  endBack: edge("end", -1),
  endOn: edge("end", 1),
  nextSpan: () => {
    const all = spansOf(draft());
    const at = all.findIndex((one) => one.part === active.part && one.span === active.span);
    const { part, span, where } = all[(at + 1) % all.length];
    active = { part, span };
    view.goTo(where.start);
  },
  split: () => onSpan({ do: "split", at: view.tokens[view.cursor][0] }),
  join: () => onSpan({ do: "join" }),
  unmark: () => onSpan({ do: "unmark" }),
  markContent: () => mark("content"),
  markCue: () => mark("cue"),
  markSource: () => mark("source"),
  name: () => field("source_name"),
  speaker: () => field("speaker"),
  group: () => field("group"),
  via: () => field("via"),
  note: () => field("note"),
  kind: () => nextValue(KINDS, draft().source_kind, "kind"),
  attribution: () => nextValue(ATTRIBUTIONS, draft().attribution, "attribution"),
  confidence: () => nextValue([3, 2, 1], draft().confidence, "confidence"),
  undo: () => act({ do: "undo" }),
  redo: () => act({ do: "redo" }),
  nextArticle: () => openArticle(1),
  previousArticle: () => openArticle(-1),
  codebook: () => by("codebook").toggleAttribute("open"),
  help: () => (by("help").open ? by("help").close() : by("help").showModal()),
};
const WITHOUT = new Set("create undo redo nextArticle previousArticle codebook help next previous back".split(" "));

function run(name) {
  return inTurn(() => {
    if (name === "help" || name === "codebook") return RUN[name]();
    if (!article) return null;
    if (!draft() && !WITHOUT.has(name)) return say("There is no statement in hand.");
    return RUN[name]();
  });
}

const inTurn = turns(() => article && show());
const label = (stance) => inTurn(() => draft() && act(about({ do: "label", stance })));

// ---- showing

const letterOf = (one) => {
  if (one.status !== "accepted") return one.status === "skipped" ? "…" : "?";
  if (one.exclusion) return "×";
  return one.stance ? String(labels.indexOf(one.stance) + 1) : "!";
};

function classOf(one) {
  if (one.status !== "accepted") return one.status;
  if (one.exclusion) return "ex";
  return one.stance ? `l${labels.indexOf(one.stance) % 8}` : "unlabelled";
}

function show() {
  const one = draft();
  if (one && !(one[active.part] || [])[active.span]) active = { part: "content", span: 0 };
  const marks = drafts().flatMap((each) =>
    spansOf(each).map(({ part, span, where }) => {
      const classes = part === "content" ? ["content", classOf(each)] : [part];
      if (each.id === current) classes.push("mine");
      if (each.id === current && part === active.part && span === active.span) classes.push("active");
      const letter = part === "content" && span === 0 ? letterOf(each) : "";
      return { start: where.start, end: where.end, classes, letter };
    }),
  );
  view.paint(marks);
  showPanel(one);
  showProgress();
}

function showProgress() {
  const { all, proposed, skipped, accepted, incomplete, reread } = article.progress;
  by("progress").max = Math.max(1, all);
  by("progress").value = accepted;
  const rest = [
    `${proposed} proposed`,
    skipped && `${skipped} skipped`,
    incomplete && `${incomplete} incomplete`,
    reread && `${reread} to read again`,
  ];
  by("count").textContent = [`${accepted} of ${all} accepted`, ...rest.filter(Boolean)].join(" · ");
  document.querySelector("[data-command=undo]").disabled = !article.undo;
  document.querySelector("[data-command=redo]").disabled = !article.redo;
}

function stateOf(one) {
  if (one.reasons.length) return `Not in the file yet: ${one.reasons.join(", ")}`;
  if (one.reread) return `Made with codebook ${one.codebook_version}: read it again, and give its label once more.`;
  return "Complete, and in the file.";
}

function showPanel(one) {
  by("panel").classList.toggle("empty", !one);
  by("which").textContent = one
    ? `Statement ${place() + 1} of ${drafts().length}: ${one.status}`
    : "No statement yet: select words and press i";
  by("reasons").textContent = one && one.status === "accepted" ? stateOf(one) : "";
  for (const button of document.querySelectorAll("[data-label], [data-exclusion]")) {
    const { label: name, exclusion } = button.dataset;
    button.setAttribute("aria-pressed", Boolean(one && (name ? one.stance === name : one.exclusion === exclusion)));
  }
  by("spans").replaceChildren(...(one ? spansOf(one).map(spanRow) : []));
  for (const id of ["source_name", "speaker", "source_kind", "attribution", "group", "confidence", "note"]) {
    if (document.activeElement !== by(id)) by(id).value = one ? (one[id] ?? "") : "";
    by(id).closest("label").classList.toggle("guessed", Boolean(one && one.guessed.includes(id)));
  }
  if (document.activeElement !== by("via")) by("via").value = one ? one.via.join("; ") : "";
  const groups = new Set([...article.groups, ...drafts().map((each) => each.group)]);
  by("groups").replaceChildren(...[...groups].sort().map((group) => new Option(group, group)));
}

function spanRow({ part, span, where }) {
  const row = document.createElement("li");
  const button = document.createElement("button");
  const kind = document.createElement("b");
  const text = document.createElement("bdi");
  kind.textContent = part;
  text.textContent = where.text;
  button.type = "button";
  button.className = part;
  button.append(kind, " ", text);
  button.setAttribute("aria-pressed", part === active.part && span === active.span);
  button.addEventListener("click", () =>
    inTurn(() => {
      active = { part, span };
      view.goTo(where.start);
    }),
  );
  row.append(button);
  return row;
}

// ---- beginning

async function load(id) {
  const said = await ask(`/api/articles/${encodeURIComponent(id)}`);
  if (!said || !said.drafts) return;
  article = said;
  location.replace(`#${encodeURIComponent(id)}`);
  by("title").textContent = [article.title || article.id, article.outlet, article.date].filter(Boolean).join(" · ");
  by("articles").value = id;
  by("article").lang = article.language;
  view.show(codePoints(article.text), article.tokens);
  const last = drafts().find((one) => one.id === article.last);
  lookAt(last || nextOf("proposed", -1) || drafts()[0]);
  by("article").focus({ preventScroll: true });
  say("Press ? for the keys.");
}

async function begin() {
  const said = await ask("/api/articles");
  if (!said || !said.articles) return;
  articles = said.articles;
  by("articles").replaceChildren(...articles.map((one) => new Option(one.title, one.id)));
  const wanted = decodeURIComponent(location.hash.slice(1));
  const open = articles.find((one) => one.id === wanted);
  const toDo = ({ proposed, skipped, reread }) => proposed + skipped + reread;
  const unfinished = articles.find((one) => !one.progress || toDo(one.progress) > 0);
  await load((open || unfinished || articles[0]).id);
}

function saveField(event) {
  const { id, value } = event.target;
  const action =
    id === "via"
      ? { do: "via", value: value.split(";") }
      : { source_kind: { do: "kind", value }, attribution: { do: "attribution", value } }[id] ||
        { confidence: { do: "confidence", value: Number(value) }, note: { do: "note", value } }[id] ||
        { do: "set", field: id, value };
  const whose = current;
  if (event.target.tagName === "SELECT") event.target.blur();
  if (whose !== null) inTurn(() => act({ id: whose, ...action }));
}

function onKey(event) {
  const writing = event.target.matches("input, select, textarea");
  const key = keyOf(event);
  if (writing) {
    const leaves = key === "Escape" || (key === "Enter" && event.target.tagName === "INPUT");
    if (leaves) {
      event.preventDefault();
      event.target.blur();
      by("article").focus({ preventScroll: true });
    }
    return;
  }
  if (event.ctrlKey || event.metaKey) {
    const name = { z: "undo", "Shift+Z": "redo", y: "redo" }[key];
    if (name) {
      event.preventDefault();
      run(name);
    }
    return;
  }
  if (event.altKey || (by("help").open && key !== "?")) return;
  if (key === "Enter" && event.target.matches("button, summary, a")) return;
  if (/^Arrow/.test(key) && !by("codebook").contains(event.target)) {
    event.preventDefault();
    inTurn(() => article && view.move(key, event.shiftKey));
    return;
  }
  if (key === "Escape") {
    inTurn(() => view.select(view.cursor, view.cursor));
    return;
  }
  const command = COMMANDS.find((one) => one.key === key);
  const number = /^[1-9]$/.test(key) ? Number(key) : 0;
  if (command) {
    event.preventDefault();
    run(command.name);
  } else if (number && number <= labels.length) {
    event.preventDefault();
    label(labels[number - 1]);
  }
}

function onMouse() {
  const chosen = getSelection();
  if (!chosen.rangeCount || !article) return;
  const [from, to] = [chosen.anchorNode, chosen.focusNode].map((node) => {
    const element = node && (node.nodeType === 1 ? node : node.parentElement);
    const piece = element && element.closest("#article span");
    return piece ? view.pieces.find((each) => each.element === piece) : null;
  });
  if (!from || !to) return;
  const [a, b] = [from, to].map((piece) => view.elements.indexOf(piece.element));
  if (a < 0 || b < 0) return;
  inTurn(() => {
    view.select(a, b);
    chosen.removeAllRanges();
    if (a !== b) return;
    const hit = drafts().find((one) => one.content.some((s) => s.start < from.end && from.start < s.end));
    if (hit && hit.id !== current) {
      current = hit.id;
      active = { part: "content", span: 0 };
    }
  });
}

function makeTools() {
  const shown = COMMANDS.filter((one) => ["Statements", "Spans"].includes(one.heading));
  by("tools").replaceChildren(
    ...shown.map(({ key, name, help }) => {
      const button = keyButton(key, help);
      button.dataset.command = name;
      return button;
    }),
  );
  const rows = [
    ...labels.map((name, i) => [String(i + 1), "Labels", name]),
    ...COMMANDS.map(({ key, heading, help }) => [key, heading, help]),
    ...FIXED,
  ];
  fillHelp(by("keys"), [...new Set(COMMANDS.map((one) => one.heading)), "Cursor"], rows);
}

makeTools();
if (matchMedia("(max-width: 800px)").matches) by("codebook").open = false;
document.addEventListener("keydown", onKey);
by("article").addEventListener("mouseup", onMouse);
by("articles").addEventListener("change", (event) => {
  const id = event.target.value;
  event.target.blur();
  inTurn(() => load(id));
});
by("panel").addEventListener("change", saveField);
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { command, label: stance, exclusion } = button.dataset;
  if (command) run(command);
  else if (stance) label(stance);
  else if (exclusion) run(exclusion);
  if (command || stance || exclusion) button.blur();
});
inTurn(begin);
