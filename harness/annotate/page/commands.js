// Every command of the page: its key, what the help says, and the heading that it stands under.
// The help overlay and the buttons are made from this table; page.js says what each one does.

export const COMMANDS = [
  ["n", "next", "Statements", "next statement or candidate"],
  ["p", "previous", "Statements", "previous one"],
  ["Enter", "accept", "Statements", "accept as it stands, go on"],
  ["k", "skip", "Statements", "skip for now, go on"],
  ["b", "back", "Statements", "come back to the next skipped one"],
  ["d", "remove", "Statements", "remove (reject a candidate)"],
  ["i", "create", "Statements", "new statement from the selection"],
  ["m", "merge", "Statements", "merge into the statement before it"],
  ["o", "opposed", "Labels", "exclude: opposed"],
  ["u", "undecidable", "Labels", "exclude: undecidable"],
  ["q", "startBack", "Spans", "start one token back (grow)"],
  ["w", "startOn", "Spans", "start one token on (shrink)"],
  ["e", "endBack", "Spans", "end one token back (shrink)"],
  ["r", "endOn", "Spans", "end one token on (grow)"],
  ["f", "nextSpan", "Spans", "next span of this statement"],
  ["v", "split", "Spans", "split the span at the cursor"],
  ["j", "join", "Spans", "join with the next span"],
  ["x", "unmark", "Spans", "take the span away"],
  ["a", "markContent", "Spans", "add the selection to the content"],
  ["c", "markCue", "Spans", "mark the selection as cue"],
  ["s", "markSource", "Spans", "mark the selection as source"],
  ["h", "name", "Fields", "name of the source"],
  ["Shift+H", "speaker", "Fields", "speaker"],
  ["l", "kind", "Fields", "kind of source: the next one"],
  ["Shift+A", "attribution", "Fields", "attribution: the next one"],
  ["Shift+C", "confidence", "Fields", "confidence: the next one"],
  ["g", "group", "Fields", "group"],
  ["Shift+V", "via", "Fields", "via (outer sources)"],
  ["t", "note", "Fields", "note"],
  ["z", "undo", "Work", "undo (also Ctrl+Z)"],
  ["Shift+Z", "redo", "Work", "redo (also Ctrl+Y)"],
  ["Shift+N", "nextArticle", "Work", "next article"],
  ["Shift+P", "previousArticle", "Work", "previous article"],
  ["Shift+B", "codebook", "Work", "show or hide the codebook"],
  ["?", "help", "Work", "this overview; Esc closes it"],
].map(([key, name, heading, help]) => ({ key, name, heading, help }));

export const FIXED = [
  ["← →", "Cursor", "move the cursor by a token; with Shift, select"],
  ["↑ ↓", "Cursor", "move the cursor by a line; with Shift, select"],
  ["Esc", "Cursor", "drop the selection; leave a field"],
];

// The key of an event as the table has it. On a keyboard without Latin letters the key's place counts.
export function keyOf(event) {
  let key = event.key;
  if (key.length === 1 && key.charCodeAt(0) > 127) {
    const place = /^(?:Key|Digit)(.)$/.exec(event.code || "");
    key = place ? place[1].toLowerCase() : key;
  }
  if (/^[a-z]$/i.test(key)) return event.shiftKey ? `Shift+${key.toUpperCase()}` : key.toLowerCase();
  return key;
}
