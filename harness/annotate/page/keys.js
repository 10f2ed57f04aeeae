// The key of an event as a table of commands has it. On a keyboard without Latin letters the key's place counts.
export function keyOf(event) {
  let key = event.key;
  if (key.length === 1 && key.charCodeAt(0) > 127) {
    const place = /^(?:Key|Digit)(.)$/.exec(event.code || "");
    key = place ? place[1].toLowerCase() : key;
  }
  if (/^[a-z]$/i.test(key)) return event.shiftKey ? `Shift+${key.toUpperCase()}` : key.toLowerCase();
  return key;
}
