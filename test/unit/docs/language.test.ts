import { describe, expect, test } from "vitest";
import { evidencePages, lineAt, type Page, prose, userPages } from "./pages.ts";

interface Banned {
  /** A space stands for any white space, line ends included. */
  readonly phrase: RegExp;
  /** What to write in its place. */
  readonly replacement: string;
}

/** Words for which the glossary of docs/architecture.md has another, and phrases that need a second reading. */
const BANNED: readonly Banned[] = [
  { phrase: /\ba text\b/, replacement: "a string" },
  { phrase: /\btexts\b/, replacement: "strings, or messages" },
  { phrase: /\b(?:comes?|came|coming) (?:back )?again\b/, replacement: "is redelivered" },
  { phrase: /\bhand(?:s|ed|ing)? (?:\w+ )?back\b/, replacement: "release, redeliver, or return" },
  {
    phrase: /\banswer(?:s|ed)? (?:the|a|an|at|in|as|with|to|for|each|by|after|nothing|all)\b/,
    replacement: "returns (a service responds)",
  },
  { phrase: /\b(?:the|an|its|no|their|lost) answers?\b/, replacement: "result (of a service: response)" },
  { phrase: /\bin hand\b|\bmaxInHand\b/, replacement: "in flight, maxInFlight" },
  { phrase: /\b(?:some|any|no|every)body(?:'s)?\b/, replacement: "name who it is: a worker, a caller, a subscriber" },
  { phrase: /\bwho(?:m)?ever\b/, replacement: "the caller, the worker" },
  { phrase: /\bfates?\b/, replacement: "outcome" },
  { phrase: /["`']deadLetter["`']/, replacement: "deadLettered" },
  { phrase: /(?<![Dd]ead[ -])\bletters?\b/, replacement: "dead letter, or message" },
  { phrase: /\bverdicts?\b/, replacement: "classify, outcome" },
  { phrase: /\breappear(?:s|ances?)?\b/, replacement: "redelivery" },
  { phrase: /\bremember(?:s|ed)?\b/, replacement: "store, keep" },
  { phrase: /\bof (?:its|their|your|our|one's|his|her) own\b/, replacement: "its own, your own" },
  {
    phrase:
      /\b(?:\d+|calls?|events?|records?|ms|µs|seconds|bytes|writes?|reads?|requests?) an? (?:call|record|event|message|second|round|group|function|run|start|line)\b/,
    replacement: "per",
  },
  { phrase: /\b\d[\d,.]* at (?:most|least)\b/, replacement: "at most 10, at least 10" },
  { phrase: /\bat synth\b/, replacement: "at synthesis" },
  { phrase: /\b[Kk]ind failures\b/, replacement: "graceful failure handling" },
  { phrase: /\bsend outbox\b|\bpublisher's outbox\b/, replacement: "send buffer" },
];

/** `file:line: "phrase": write ...` for each banned phrase. */
function complaints({ path, text }: Page): string[] {
  return BANNED.flatMap(({ phrase, replacement }) => {
    const pattern = new RegExp(phrase.source.replaceAll(" ", "\\s+"), "g");
    return [...text.matchAll(pattern)].map(({ 0: found, index }) => {
      const shown = found.replaceAll(/\s+/g, " ");
      return `${path}:${lineAt(text, index)}: "${shown}": write ${replacement}`;
    });
  });
}

describe("the language of the documentation", () => {
  test.each(userPages())("$path has no banned phrase", (page) => {
    expect(complaints(page)).toEqual([]);
  });

  test.each(evidencePages())("$path has no banned phrase outside its tables and blocks", ({ path, text }) => {
    expect(complaints({ path, text: prose(text, { tables: false }) })).toEqual([]);
  });

  test("is checked over line ends, with file, line and replacement", () => {
    const text = "It is\nredelivered.\nIt comes\nagain.\n";
    expect(complaints({ path: "page.md", text })).toEqual(['page.md:3: "comes again": write is redelivered']);
  });
});
