// Talking to the server, one thing after the other, and saying what came of it.

const said = document.getElementById("said");

export function say(text, bad = false) {
  said.textContent = text;
  said.className = bad ? "bad" : "";
  return null;
}

// Returns what the server answers, an error of its own included (with "error"); null where there is no answer.
export async function ask(path, body) {
  const options = body && {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  let answer;
  try {
    answer = await fetch(path, options || {});
  } catch {
    return lost("The server does not answer.");
  }
  if (answer.status === 403) return lost("The server was started again.");
  if (answer.status === 413) return say("That is too long to be saved.", true);
  const told = await answer.json();
  if (told.error) say(wrong(told), true);
  return told;
}

// What an error says: its message, or every problem on a line of its own, each with its hint.
function wrong({ error, hint, problems }) {
  const line = (what, how) => (how ? `${what} (${how})` : what);
  if (!problems.length) return line(error, hint);
  return problems.map((one) => line(`${one.place}: ${one.message} [${one.code}]`, one.hint)).join("\n");
}

function lost(what) {
  return say(`${what} Everything up to the last action is saved: open the address that the command prints.`, true);
}

// A function that does one task after the other, so that a key that is pressed while another is being saved
// waits for it; `after` follows each. The number of those that wait is in data-busy of the body.
export function turns(after) {
  let queue = Promise.resolve();
  return (task) => {
    document.body.dataset.busy = Number(document.body.dataset.busy || 0) + 1;
    queue = queue
      .then(task)
      .then(after)
      .catch((error) => say(`The page failed: ${error.message}. Reload it; everything is saved.`, true))
      .finally(() => {
        document.body.dataset.busy = Number(document.body.dataset.busy) - 1;
      });
    return queue;
  };
}
