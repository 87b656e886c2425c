/**
 * Numbers in [0, 1) that follow from a text: the n-th decision about a thing is the same in every run with the same seed,
 * whatever else happens in between.
 */
export function randomOf(...parts: readonly (string | number)[]): () => number {
  // FNV-1a makes a seed of the text, mulberry32 makes numbers of the seed.
  let state = 0x811c9dc5;
  for (const character of parts.join("/")) {
    state = Math.imul(state ^ character.charCodeAt(0), 0x01000193);
  }
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}
