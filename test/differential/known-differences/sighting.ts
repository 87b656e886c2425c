import { type Answer, errorOf, isObject, type Json } from "../answer.ts";
import { entryId, entryOf } from "../batch.ts";
import type { Operation } from "../sequence.ts";
import type { Publication } from "../sns/operation.ts";
import type { Draft } from "../sqs/operation.ts";

/** A place where both sides part. */
export interface Sighting {
  readonly step: Operation;
  readonly ours: Answer;
  readonly theirs: Answer;
  /** Path of the field that differs; `.error` where only one side refuses, or both by different errors. */
  readonly path: string;
  /** Which of the step's answers: 0 is the call itself, what follows shows its effect. */
  readonly index: number;
  /** The steps before. */
  readonly earlier: readonly Operation[];
}

/** A difference that has been judged. */
export interface KnownDifference {
  readonly id: string;
  /** What both do. */
  readonly what: string;
  /** Who does what AWS documents. "either": the page allows both. "not documented": the page is silent. */
  readonly right: "Fanfare" | "LocalStack" | "either" | "not documented";
  /** The page that decides, or that is silent. */
  readonly source: string;
  /** Whether both sides are in different states afterwards, so that the sequence has to end. */
  readonly parts: boolean;
  readonly matches: (sighting: Sighting) => boolean;
}

/** The kinds of steps. */
type Kind = Operation["kind"];

/** Narrows a step to those of the given kinds. */
export function isKind<K extends Kind>(
  step: Operation,
  ...kinds: readonly K[]
): step is Extract<Operation, { kind: K }> {
  return kinds.some((kind) => kind === step.kind);
}

/** Whether Fanfare refuses what LocalStack takes: the call, or the entry of the batch that the sighting is about. */
export function isRefusedByFanfareOnly({ ours, theirs, path, index }: Sighting): boolean {
  if (index > 0) {
    return false;
  }
  const place = entryOf(path);
  if (place === undefined) {
    return errorOf(ours) !== undefined && errorOf(theirs) === undefined;
  }
  return hasFailed(ours, place) && !hasFailed(theirs, place);
}

/** The code by which Fanfare refuses the call, or the entry of the batch that the sighting is about. */
export function refusalOf({ ours, path }: Sighting): string | undefined {
  const place = entryOf(path);
  if (place === undefined) {
    return errorOf(ours);
  }
  const code = valueAt(ours, `.ok.${entryId(place)}.failed.Code`);
  // The query protocol puts a namespace before some codes.
  return typeof code === "string" ? code.replace(/^.*\./, "") : undefined;
}

/** Whether both refuse the call. */
export function isRefusedByBoth({ ours, theirs }: Sighting): boolean {
  return errorOf(ours) !== undefined && errorOf(theirs) !== undefined;
}

/** The message to a queue that a sighting is about. */
export function draftOf({ step, path }: Sighting): Draft | undefined {
  if (step.kind === "sqs.send") {
    return step.draft;
  }
  const place = entryOf(path);
  return step.kind === "sqs.sendBatch" && place !== undefined ? step.drafts[place] : undefined;
}

/** What the generator made wrong with the messages of a step to a queue or a topic. */
export function faultsOf(step: Operation): readonly string[] {
  const given: readonly (Draft | Publication)[] =
    step.kind === "sqs.sendBatch" ? step.drafts : step.kind === "sqs.send" ? [step.draft] : publicationsOf(step);
  return given.flatMap(({ fault }) => (fault === undefined ? [] : [fault]));
}

/** The messages to a topic in a step. */
export function publicationsOf(step: Operation): readonly Publication[] {
  if (step.kind === "sns.publish") {
    return [step.publication];
  }
  return step.kind === "sns.publishBatch" ? step.publications : [];
}

/** The message to a topic that a sighting is about; of a batch that is refused as a whole, the one that is wrong. */
export function publicationOf({ step, path }: Sighting): Publication | undefined {
  const all = publicationsOf(step);
  const place = entryOf(path);
  if (place !== undefined) {
    return all[place];
  }
  return all.find(({ fault }) => fault !== undefined) ?? (all.length === 1 ? all[0] : undefined);
}

/** What an answer holds at a path without lists. */
export function valueAt(answer: Answer, path: string): Json | undefined {
  let value: Json | undefined = "ok" in answer ? answer.ok : undefined;
  for (const name of path.split(".").slice(2)) {
    value = isObject(value) ? value[name] : undefined;
  }
  return value;
}

/** The messages that a queue holds, by an answer that counts them; 0 for any other answer. */
export function totalOf(answer: Answer): number {
  const counts = "ok" in answer && Array.isArray(answer.ok) ? answer.ok : [];
  return counts.reduce((sum: number, count) => sum + (typeof count === "number" ? count : 0), 0);
}

/** Whether some queue holds more messages by the first answer than by the second. */
export function holdsMore(first: Answer, second: Answer): boolean {
  const [counts, others] = [first, second].map((answer) => ("ok" in answer ? answer.ok : null));
  return (
    Array.isArray(counts) &&
    Array.isArray(others) &&
    counts.some((count, place) => Number(count) > Number(others[place]))
  );
}

/** How many messages a receive has returned. */
export function lengthOf(answer: Answer): number {
  return "ok" in answer && Array.isArray(answer.ok) ? answer.ok.length : 0;
}

/** Whether the queue of a step was deleted before, so that it is a new one of the same name. */
export function isDeletedBefore({ step, earlier }: Sighting): boolean {
  return "queue" in step && earlier.some((other) => other.kind === "sqs.deleteQueue" && other.queue === step.queue);
}

function hasFailed(answer: Answer, place: number): boolean {
  if (!("ok" in answer) || !isObject(answer.ok)) {
    return false;
  }
  const entry = answer.ok[entryId(place)];
  return isObject(entry) && "failed" in entry;
}
