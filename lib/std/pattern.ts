/**
 * Whether the whole string matches the pattern: `*` stands for any characters. A mismatch goes back to the last `*` only, so
 * a match takes at most pattern length times string length steps.
 *
 * @param single stands for one character; empty where nothing does
 */
export function matchesPattern(pattern: string, text: string, single = "?"): boolean {
  let inPattern = 0;
  let inText = 0;
  let star = -1;
  let starText = 0;
  while (inText < text.length) {
    const expected = pattern[inPattern];
    if (expected === "*") {
      star = inPattern++;
      starText = inText;
    } else if (expected === single || expected === text[inText]) {
      inPattern++;
      inText++;
    } else if (star >= 0) {
      // The last star takes one more character.
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
