// Every command of the adjudication page: its key, what the help says, and the heading that it stands under.

export const COMMANDS = [
  ["e", "edit", "Decision", "edit: start from a version, choose field by field"],
  ["d", "drop", "Decision", "drop: this is no statement"],
  ["s", "skip", "Decision", "skip: leave it open, go on"],
  ["r", "reason", "Decision", "write the reason"],
  ["Enter", "save", "Decision", "save (also inside the reason; Shift+Enter breaks the line)"],
  ["o", "reopen", "Decision", "open a decided case again"],
  ["u", "unanimous", "Decision", "take over all of this article on which everybody agrees"],
  ["n", "nextOpen", "Cases", "next open case, of the next article where there is none"],
  ["p", "previousOpen", "Cases", "previous open case"],
  ["j", "next", "Cases", "next case, open or not"],
  ["k", "previous", "Cases", "previous case"],
  ["Shift+N", "nextArticle", "Cases", "next article"],
  ["Shift+P", "previousArticle", "Cases", "previous article"],
  ["f", "fields", "View", "show all fields, or those alone that matter"],
  ["Shift+B", "codebook", "View", "show or hide the codebook"],
  ["?", "help", "View", "this overview; Esc closes it"],
].map(([key, name, heading, help]) => ({ key, name, heading, help }));

export const FIXED = [
  ["a b c …", "Decision", "take this annotator's version"],
  ["Tab ← →", "Decision", "in the form of edit: go to a field, choose its value"],
  ["Esc", "View", "leave a field"],
];

// One for each annotator, in order; letters that are no command.
export const LETTERS = "abcghilmtvwxyz";
