import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FILES } from "../architecture/sources.ts";

/**
 * Every call to AWS goes through `lib/aws`, where it has a time limit: `lib/aws` hands out no client, so a call can only be made with
 * `call((client, options) => client.send(command, options))`. These tests hold what the types cannot.
 */
const RUNTIME = sourcesIn(/^lib\/(?:batch|circuit|consume|idempotency|payload|publish|ops)\//);

/** Where calls are made: the runtime, and the operations that `lib/aws` offers it. */
const CALLERS = [...RUNTIME, ...sourcesIn(/^lib\/aws\/[^/]+$/)];

function sourcesIn(folders: RegExp) {
  return FILES.filter((file) => folders.test(file)).map((file) => ({
    file,
    text: readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8"),
  }));
}

/** `send` of something that is no client of AWS. */
const OTHERS = /(?:transport|deadLetters|#options)\.send\($/;

/** The one way to send: with the options that end the call, as the last argument. */
const LIMITED =
  /\(client, (\w+)\) =>\s*client\.send(?:<Output>)?\(|(sendOptions)\) => \{\s*const response = await client\.send\(|\(input, (options)\) => lean\.send\(/g;

function isLimited(text: string, match: RegExpMatchArray): boolean {
  const from = (match.index ?? 0) + match[0].length;
  const options = match[1] ?? match[2] ?? match[3];
  return new RegExp(`\\b${options},?\\s*$`).test(text.slice(from, endOfArguments(text, from)));
}

/** Where the arguments end that begin at `from`. */
function endOfArguments(text: string, from: number): number {
  let depth = 1;
  let at = from;
  for (; depth > 0 && at < text.length; at++) {
    depth += text[at] === "(" ? 1 : text[at] === ")" ? -1 : 0;
  }
  return at - 1;
}

const placesOf = (pattern: RegExp, sources = CALLERS) =>
  sources.flatMap(({ file, text }) => [...text.matchAll(pattern)].map((match) => ({ file, text, match })));

const lineOf = (text: string, index: number) => text.slice(0, index).split("\n").length;

describe("the runtime", () => {
  it("is searched, and makes calls", () => {
    expect(RUNTIME.length).toBeGreaterThan(60);
    expect(placesOf(LIMITED).length).toBeGreaterThanOrEqual(15);
  });

  it("makes no client: lib/aws does, with time limits", () => {
    const made = placesOf(
      /new \w*Client\(|import\("@aws-sdk|import \{[^}]*\w+(?:Client|Command)\b[^}]*\} from "@aws-sdk/g,
      RUNTIME,
    );
    const values = made.filter(({ match }) => !match[0].startsWith("import type"));
    expect(values.map(({ file, text, match }) => `${file}:${lineOf(text, match.index)}: make it in lib/aws`)).toEqual(
      [],
    );
  });

  it("sends nothing but through a call with a time limit", () => {
    const limited = new Set(
      placesOf(LIMITED)
        .filter(({ text, match }) => isLimited(text, match))
        .map(({ file, match }) => `${file}@${match.index + match[0].indexOf(".send")}`),
    );
    const wild = placesOf(/[\w#]+\.send(?:<Output>)?\(/g).filter(({ file, match }) => {
      const at = match.index + match[0].indexOf(".send");
      return !OTHERS.test(match[0]) && !limited.has(`${file}@${at}`);
    });
    expect(
      wild.map(
        ({ file, text, match }) =>
          `${file}:${lineOf(text, match.index)}: write call((client, options) => client.send(command, options))`,
      ),
    ).toEqual([]);
  });
});
