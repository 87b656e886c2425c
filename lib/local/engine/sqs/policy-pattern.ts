/**
 * Whether the whole text matches the pattern of a policy: `*` stands for any characters, `?` for one. Goes back only
 * to the last `*`, so that no pattern takes more than pattern times text steps.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  let inPattern = 0;
  let inText = 0;
  let star = -1;
  let starText = 0;
  while (inText < text.length) {
    const expected = pattern[inPattern];
    if (expected === "*") {
      star = inPattern++;
      starText = inText;
    } else if (expected === "?" || expected === text[inText]) {
      inPattern++;
      inText++;
    } else if (star >= 0) {
      // The last star takes one character more.
      inPattern = star + 1;
      inText = ++starText;
    } else {
      return false;
    }
  }
  while (pattern[inPattern] === "*") {
    inPattern++;
  }
  return inPattern === pattern.length;
}
