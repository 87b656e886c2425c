import { createHash } from "node:crypto";

/** Hexadecimal characters of a fingerprint. */
const CHARACTERS = 12;

/** What differs between failures of one cause: quoted text, and words with a digit or an at sign, such as ids, amounts and addresses. */
const VARIABLE = /"[^"]*"|'[^']*'|\S*[\d@]\S*/g;

/** Twelve characters that are equal for failures of one cause: same consumer, error and frame, and a message that differs in values only. */
export function fingerprintOf(consumer: string, error: string, message: string, frame = ""): string {
  const text = [consumer, error, message, frame].map((part) => part.replace(VARIABLE, "*")).join("\n");
  return createHash("sha256").update(text).digest("hex").slice(0, CHARACTERS);
}

/**
 * A frame that is neither Node's, nor a package's, nor of a bundle's files with AWS clients: esbuild names these after their modules, as in
 * `lean-62EPV7CK.mjs` and `s3.sdk-PQD76LI6.mjs`.
 */
const OWN_FRAME = /^ +at (?!.*(?:node:|node_modules|[/\\](?:lean|[\w-]+\.sdk)-[A-Z0-9]{8}\.mjs))(.{1,200})/m;

/** First frame of a stack that is the user's own code, at most 200 characters; `undefined` where there is none. Never throws. */
export function firstFrame(error: unknown): string | undefined {
  try {
    const { stack } = error as { readonly stack?: unknown };
    return OWN_FRAME.exec(String(stack))?.[1];
  } catch {
    return undefined;
  }
}
