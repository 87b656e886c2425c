import { fingerprintOf } from "../../errors/index.ts";
import { objectOf, parseJson } from "../../std/index.ts";

/** Why a consumer gave a message up, as far as the attribute says so. */
export interface FailureFacts {
  readonly error: string;
  readonly message: string;
  readonly consumer: string;
  readonly handler: string | undefined;
  readonly attempt: number | undefined;
  readonly frame: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly at: number | undefined;
  /** ARN of the queue from which the message came. */
  readonly source: string | undefined;
  /** The message's id in that queue; dead letters of older consumers have none. */
  readonly messageId: string | undefined;
  readonly fingerprint: string;
}

/** The reason in a letter's attribute; `undefined` for text that is none, or only counts redrives. */
export function readReason(text: string | undefined): FailureFacts | undefined {
  const given = objectOf(parseJson(text ?? ""));
  const { error, message = "", consumer = "", frame, fingerprint, attempt, handler, source, messageId, time } = given;
  if (typeof error !== "string") {
    return undefined;
  }
  const at = typeof time === "string" ? Date.parse(time) : Number.NaN;
  const facts = { error, message: String(message), consumer: String(consumer), frame: textOf(frame) };
  return {
    ...facts,
    handler: textOf(handler),
    source: textOf(source),
    messageId: textOf(messageId),
    attempt: typeof attempt === "number" ? attempt : undefined,
    at: Number.isNaN(at) ? undefined : at,
    // Letters of older consumers have none.
    fingerprint: textOf(fingerprint) ?? fingerprintOf(facts.consumer, error, facts.message, facts.frame),
  };
}

/** How often a letter was redriven, by its attribute. */
export function redrivesIn(text: string | undefined): number {
  const { redrives } = objectOf(parseJson(text ?? ""));
  return typeof redrives === "number" && Number.isSafeInteger(redrives) && redrives > 0 ? redrives : 0;
}

/** The attribute of a letter that is redriven: what it said, and that it is redriven once more. */
export function withRedrive(text: string | undefined): string {
  return JSON.stringify({ ...objectOf(parseJson(text ?? "")), redrives: redrivesIn(text) + 1 });
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
