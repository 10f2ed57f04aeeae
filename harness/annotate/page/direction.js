// The direction of a line's first letter. "auto" would go by flags too, which count as left-to-right letters.
export function directionOf(text) {
  const letter = /\p{L}/u.exec(text);
  if (!letter) return "auto";
  return /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u.test(letter[0])
    ? "rtl"
    : "ltr";
}
