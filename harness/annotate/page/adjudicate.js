// Adjudication: cases, what was chosen and written of each, and what the server says is in the files now.
// Nothing is decided here: every decision is saved by the server before it is shown.

import { COMMANDS, FIXED, LETTERS } from "./adjudicate_commands.js";
import { asEverybody, bases, edited, firstBase, sent, showForm } from "./adjudicate_form.js";
import { ask, say, turns } from "./asking.js";
import { fillHelp, keyButton } from "./help.js";
import { keyOf } from "./keys.js";
import { codePoints } from "./offsets.js";
import { LANES, showPassage } from "./passage.js";
import { badge, differs, element, FIELDS, finders, labelText, legend, showVersions, valueOf } from "./versions.js";

const by = (id) => document.getElementById(id);
const MARKS = { open: "○", decided: "●", unanimous: "●", dropped: "×" };
let articles = []; // what the server says of every article
let values = {}; // what the scheme allows
let article = null; // the open one, with its text
let points = []; // its text as code points
let cases = []; // its cases, as they stand
let current = null; // the key of the case in hand
let allFields = false;
let shown = ""; // which case the passage and the form show, in which state

// ---- what was chosen and written, until it is saved; it outlives a reload of the page

const KEPT = `drafts ${document.body.dataset.run}`;
const drafts = new Map(JSON.parse(sessionStorage.getItem(KEPT) || "[]"));
const nameOf = (key) => `${article.id} ${key}`;
const NOTHING = { choice: null, base: null, changes: {}, reason: "", reopened: false };
const draft = (key = current) => drafts.get(nameOf(key)) || NOTHING;

function keep(changes, key = current) {
  drafts.set(nameOf(key), { ...draft(key), ...changes });
  store();
}

function forget(key) {
  drafts.delete(nameOf(key));
  store();
}

function store() {
  sessionStorage.setItem(KEPT, JSON.stringify([...drafts]));
}

// ---- where one is looking

const place = () => cases.findIndex((one) => one.key === current);
const inHand = () => cases[place()];
const isOpen = (one) => one.state === "open";
const isAsked = (one) => Boolean(one) && (isOpen(one) || draft(one.key).reopened);
const letters = () => new Map(article.asked.map((who, i) => [who, LETTERS[i]]).filter(([, letter]) => letter));
const lanes = () => new Map(article.asked.map((who, i) => [who, i % LANES]));

function lookAt(one) {
  current = one ? one.key : null;
  const name = [article.id, ...(one ? [one.key] : [])].map(encodeURIComponent).join("/");
  history.replaceState(null, "", `#${name}`);
}

function goTo(key) {
  say("");
  lookAt(cases.find((one) => one.key === key));
}

function step(by_) {
  say("");
  if (cases.length) lookAt(cases[(place() + by_ + cases.length) % cases.length]);
}

// The next open case in a direction: of this article, then of the next one that has any, round the end.
async function stepOpen(by_) {
  say("");
  const onward = (from) => (by_ > 0 ? cases.slice(from + 1) : cases.slice(0, from).reverse());
  const here = onward(place()).find(isOpen);
  if (here) return lookAt(here);
  const at = articles.findIndex((one) => one.id === article.id);
  const others = [...articles.slice(at + 1), ...articles.slice(0, at)];
  const other = [...(by_ > 0 ? others : others.reverse()), articles[at]].find((one) => one.counts.open);
  if (!other) return say("Everything is decided.");
  if (other.id !== article.id) await load(other.id);
  const rest = cases.filter(isOpen);
  return lookAt(rest[by_ > 0 ? 0 : rest.length - 1] || cases[0]);
}

function openArticle(by_) {
  say("");
  const at = articles.findIndex((one) => one.id === article.id);
  return load(articles[(at + by_ + articles.length) % articles.length].id);
}

// ---- deciding

// A choice is "edit", "drop" or "take " and an annotator's name.
const TAKE = "take ";

const needsReason = (one) =>
  !one.unanimous || draft().choice === "drop" || (draft().choice === "edit" && !asEverybody(one, draft()));

function choose(choice) {
  const one = inHand();
  if (!isAsked(one)) return say("This case is decided: press o to open it again.");
  keep({ choice });
  if (choice === "edit") return after(() => by("form").querySelector("input:checked"));
  if (!needsReason(one)) return save();
  after(() => by("reason"));
  return say(draft().reason ? "Enter saves this." : "Which rule of the codebook decides? Enter saves.");
}

// Focus what is there once the page shows what was chosen.
let focusNext = null;
function after(find) {
  focusNext = find;
}

async function save() {
  const one = inHand();
  const { choice, reason } = draft();
  if (!isAsked(one)) return say("This case is decided: press o to open it again.");
  if (!choice) return say("Nothing is chosen yet: take a version, edit, or drop.", true);
  if (needsReason(one) && !reason.trim()) {
    after(() => by("reason"));
    return say("A decision needs a reason: say which rule of the codebook decided.", true);
  }
  const whose = { of: choice.slice(TAKE.length), changes: {} };
  const take = choice === "drop" ? null : choice === "edit" ? sent(one, draft()) : whose;
  const told = await post("decide", { key: one.key, seen: one.seen, take, reason });
  if (!told || told.error) return null;
  const at = place();
  forget(one.key);
  after(() => by("case"));
  const words = take ? "Saved." : "Dropped.";
  const next = [...cases.slice(at + 1), ...cases.slice(0, at + 1)].find(isOpen);
  if (next) {
    lookAt(next);
    return say(words);
  }
  const other = articles.find((each) => each.counts.open);
  return say(other ? `${words} Nothing is open here any more; n goes on with “${other.title}”.` : `${words} Everything is decided.`);
}

async function unanimous() {
  if (!article.counts.ready) return say("Nothing open is unanimous here.");
  const told = await post("unanimous", { seen: article.seen });
  if (!told || told.error) return null;
  const next = isAsked(inHand()) ? inHand() : cases.find(isOpen);
  lookAt(next || inHand());
  return say(`${told.taken} unanimous taken over.`);
}

async function post(what, body) {
  const told = await ask(`/api/articles/${encodeURIComponent(article.id)}/${what}`, body);
  if (told && told.cases) stand(told);
  return told;
}

// Take over how the article stands. What was written of a case that is another now goes with its statements.
function stand(told) {
  const before = inHand();
  cases = told.cases;
  Object.assign(article, { counts: told.counts, seen: told.seen, asked: told.asked });
  Object.assign(articles.find((one) => one.id === article.id).counts, told.counts);
  if (!before || inHand()) return;
  const ids = before.key.split("+");
  const heir = cases.find((one) => one.key.split("+").some((id) => ids.includes(id)));
  const { reason } = draft(before.key);
  if (heir) keep(draft(before.key), heir.key);
  else if (reason) say(`That statement is no longer there. What you wrote of it: “${reason}”`, true);
  lookAt(heir || cases.find(isOpen) || cases[0]);
}

// What was chosen of a version that is gone is chosen no more.
function mend(one) {
  const { choice, base } = draft();
  const isTake = choice && choice.startsWith(TAKE);
  if (isTake && !finders(one).includes(choice.slice(TAKE.length))) keep({ choice: null });
  if (choice === "edit" && !bases(one).includes(base)) keep({ base: firstBase(one) });
}

function reopen() {
  const one = inHand();
  if (isAsked(one)) return say("This case is open.");
  keep({ reopened: true, choice: null, reason: one.dropped ?? one.gold.reason });
  return say("Open again; gold stays as it is until something is saved.");
}

const RUN = {
  edit: () => choose("edit"),
  drop: () => choose("drop"),
  skip: async () => {
    const words = isOpen(inHand()) ? "Left open." : "Left as it is.";
    await stepOpen(1);
    say(words);
  },
  reason: () => after(() => by("reason")),
  save,
  reopen,
  unanimous,
  nextOpen: () => stepOpen(1),
  previousOpen: () => stepOpen(-1),
  next: () => step(1),
  previous: () => step(-1),
  nextArticle: () => openArticle(1),
  previousArticle: () => openArticle(-1),
  fields: () => {
    allFields = !allFields;
  },
  codebook: () => {
    by("codebook").hidden = !by("codebook").hidden;
    document.querySelector("[data-command=codebook]").setAttribute("aria-expanded", !by("codebook").hidden);
    if (!by("codebook").hidden) by("codebook").querySelector(".prose").focus();
  },
  help: () => (by("help").open ? by("help").close() : by("help").showModal()),
};
const WITHOUT = new Set("help codebook nextArticle previousArticle nextOpen previousOpen fields unanimous".split(" "));
const inTurn = turns(() => article && show());

// What is typed while a key that leads into the reason waits for its turn belongs to the reason: its letters are
// no commands.
let ahead = null;
function intoReason(task) {
  ahead ??= "";
  return inTurn(task).then(() => {
    if (ahead && document.activeElement === by("reason")) {
      keep({ reason: draft().reason + ahead });
      by("reason").value = draft().reason;
    }
    ahead = null;
  });
}

function run(name) {
  const turn = ["drop", "reason"].includes(name) ? intoReason : inTurn;
  return turn(() => {
    if (name !== "help" && !article) return null;
    if (!WITHOUT.has(name) && !inHand()) return say("There is no case in hand.");
    return RUN[name]();
  });
}

// ---- showing

function show() {
  const one = inHand();
  if (one) mend(one);
  showList();
  showProgress();
  by("work").classList.toggle("empty", !one);
  by("which").textContent = one ? `Case ${place() + 1} of ${cases.length}: ${stateText(one)}` : "Nobody found a statement here.";
  if (one) {
    showCase(one);
    showDecision(one);
  }
  const found = focusNext && focusNext();
  focusNext = null;
  if (found) found.focus();
}

function stateText(one) {
  if (!isOpen(one)) return draft(one.key).reopened ? `${one.state}, open again` : one.state;
  return one.ready ? "open, all agree" : `open, ${one.why}`;
}

// Who did not find it, and in which fields the others differ.
function aboutText(one) {
  const absent = one.asked.filter((who) => !finders(one).includes(who));
  const apart = FIELDS.filter(([field]) => differs(one, field)).map(([, name]) => name);
  const alone = finders(one).length < 2 ? "" : "Those who found it agree in every field that is judged.";
  return [
    one.ready && one.why !== "not decided yet" ? `Open because ${one.why}.` : "",
    absent.length ? `Not found by ${absent.join(", ")}.` : "",
    apart.length ? `They differ in ${apart.join(", ")}.` : alone,
  ].join(" ").trim();
}

function showCase(one) {
  const mine = draft();
  const editing = isAsked(one) && mine.choice === "edit";
  const now = JSON.stringify([article.id, one.key, one.seen, editing, mine.base, allFields]);
  by("why").textContent = aboutText(one);
  by("form").hidden = !editing;
  showMarks(one, editing);
  if (now === shown) return;
  const moved = JSON.parse(shown || "[]")[1] !== one.key;
  shown = now;
  showVersions(by("versions"), one, letters(), lanes(), allFields);
  by("fields").setAttribute("aria-pressed", allFields);
  if (editing) showForm(by("form"), formAbout(one), formChanged);
  if (moved) by("case").scrollTop = 0;
  if (moved && matchMedia("(max-width: 800px)").matches) by("work").scrollIntoView();
}

let marked = "";
function showMarks(one, editing) {
  const layers = finders(one).map((who) => ({
    letter: letters().get(who) ?? "–",
    lane: lanes().get(who),
    name: who,
    statement: one.versions[who],
    counts: true,
  }));
  if (editing) layers.push({ letter: "✎", lane: "e", name: "as edited", statement: edited(one, draft()) });
  if (!layers.length) layers.push({ letter: "gold", lane: "e", name: "in gold", statement: one.gold });
  const now = JSON.stringify([article.id, layers]);
  if (now === marked) return;
  marked = now;
  by("passage").dataset.lanes = Math.min(LANES, article.asked.length);
  showPassage(by("passage"), points, layers);
  legend(by("legend"), layers, finders(one).length > 1);
}

const formAbout = (one) => ({ one, draft, letters: letters(), values, points, tokens: article.tokens });

function formChanged(changes) {
  keep(changes);
  inTurn(() => "base" in changes && after(() => by("form").querySelector("[name=base]:checked")));
}

function showDecision(one) {
  const asked = isAsked(one);
  const mine = draft();
  const takes = finders(one).map((who) => choice(letters().get(who) ?? "–", `take ${who}`, TAKE + who));
  const rest = [choice("e", "edit", "edit"), choice("d", "drop", "drop"), choice("s", "skip")];
  const reopening = choice("o", "open again");
  by("choices").replaceChildren(...(asked ? [...takes, ...rest] : [reopening, choice("n", "next open")]));
  by("because").hidden = !asked;
  by("asked").textContent = asked && mine.choice && !needsReason(one) ? "not needed: all agree" : "which rule of the codebook decides";
  if (by("reason").value !== mine.reason) by("reason").value = mine.reason;
}

function choice(key, words, taken = null) {
  const button = keyButton(key, words);
  const command = COMMANDS.find((one) => one.key === key);
  if (command) button.dataset.command = command.name;
  else button.dataset.take = taken.slice(TAKE.length);
  if (taken) button.setAttribute("aria-pressed", draft().choice === taken);
  return button;
}

function showList() {
  const inside = by("cases").contains(document.activeElement);
  const rows = cases.map((one, i) => {
    const statement = one.versions[finders(one)[0]] || one.gold;
    const voteOf = (who) => [badge(letters().get(who) ?? "–"), ` ${labelText(valueOf(one.versions[who], "label"))} `];
    const button = element(
      "button",
      `state-${one.state}`,
      element("span", "state", `${MARKS[one.state]} ${i + 1} `, stateText(one)),
      element("bdi", "words", statement.content.map((span) => span.text).join(" … ")),
      element("span", "votes", ...finders(one).flatMap(voteOf)),
    );
    button.type = "button";
    button.dataset.case = one.key;
    if (one.key === current) button.setAttribute("aria-current", "true");
    return element("li", "", button);
  });
  by("cases").replaceChildren(...rows);
  const here = by("cases").querySelector("[aria-current]");
  if (!here) return;
  if (inside) here.focus({ preventScroll: true });
  const [list, row] = [by("list"), here].map((each) => each.getBoundingClientRect());
  by("list").scrollTop += Math.min(0, row.top - list.top) + Math.max(0, row.bottom - list.bottom);
}

function showProgress() {
  const sum = (name) => articles.reduce((total, one) => total + one.counts[name], 0);
  by("progress").max = Math.max(1, sum("all"));
  by("progress").value = sum("all") - sum("open");
  const whole = articles.length > 1 ? ` · ${sum("open")} in all` : "";
  by("count").textContent = `${article.counts.open} of ${article.counts.all} open here${whole}`;
  by("left").textContent = `(${article.counts.open} open)`;
  by("ready").textContent = article.counts.ready ? `Take all ${article.counts.ready} unanimous` : "Nothing open is unanimous";
  document.querySelector("[data-command=unanimous]").disabled = !article.counts.ready;
  for (const option of by("articles").options) {
    const { title, counts } = articles.find((one) => one.id === option.value);
    option.textContent = counts.open ? `${title} (${counts.open} open)` : `${title} ✓`;
  }
}

// ---- beginning

async function load(id, key) {
  const told = await ask(`/api/articles/${encodeURIComponent(id)}`);
  if (!told || !told.cases) return;
  article = told;
  cases = told.cases;
  points = codePoints(article.text);
  Object.assign(articles.find((one) => one.id === id).counts, told.counts);
  by("title").textContent = [article.title || article.id, article.outlet, article.date].filter(Boolean).join(" · ");
  by("articles").value = id;
  by("passage").lang = article.language;
  lookAt(cases.find((one) => one.key === key) || cases.find(isOpen) || cases[0]);
}

async function begin() {
  const told = await ask("/api/articles");
  if (!told || !told.articles) return;
  ({ articles, values } = told);
  by("articles").replaceChildren(...articles.map((one) => new Option(one.title, one.id)));
  const [wanted, key] = location.hash.slice(1).split("/").map(decodeURIComponent);
  const found = articles.find((one) => one.id === wanted) || articles.find((one) => one.counts.open) || articles[0];
  await load(found.id, key);
  say("Press ? for the keys.");
}

function onKey(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = keyOf(event);
  const { target } = event;
  if (target.matches("textarea, select, input[type=text]")) return leave(event, key, target);
  if (by("help").open && key !== "?") return;
  if (ahead !== null && event.key.length === 1) {
    ahead += event.key;
    event.preventDefault();
    return;
  }
  if (key === "Enter" && target.matches("button, summary, a")) return;
  const command = COMMANDS.find((one) => one.key === key);
  const who = article && [...letters()].find(([, letter]) => letter === key);
  if (key === "Escape") by("case").focus({ preventScroll: true });
  else if (command) run(command.name);
  else if (who) take(who[0]);
  else return;
  event.preventDefault();
}

// Keys inside a field: Enter in the reason saves, in another line goes on to the reason; Escape leaves it.
function leave(event, key, target) {
  if (key === "Escape") by("case").focus({ preventScroll: true });
  else if (key !== "Enter" || event.shiftKey || target.tagName === "SELECT") return;
  else if (target.id === "reason") run("save");
  else by("reason").focus();
  event.preventDefault();
}

function take(who) {
  return intoReason(() => {
    if (!inHand()) return say("There is no case in hand.");
    return finders(inHand()).includes(who) ? choose(TAKE + who) : say(`${who} did not find this statement.`);
  });
}

fillHelp(by("keys"), ["Decision", "Cases", "View"], [...FIXED, ...COMMANDS.map(({ key, heading, help }) => [key, heading, help])]);
if (matchMedia("(max-width: 800px)").matches) by("list").open = false;
document.addEventListener("keydown", onKey);
by("articles").addEventListener("change", (event) => {
  const id = event.target.value;
  event.target.blur();
  inTurn(() => load(id));
});
by("reason").addEventListener("input", () => inHand() && keep({ reason: by("reason").value }));
by("form").addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { command, take: who, case: key } = button.dataset;
  if (command) run(command);
  else if (who) take(who);
  else if (key) inTurn(() => goTo(key));
});
inTurn(begin);
