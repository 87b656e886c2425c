import pc from "picocolors";
import type { ConsumerOutcome } from "../../../local/index.ts";
import { shortId } from "./published-event.ts";

const WORDS = {
  done: "processed",
  duplicate: "duplicate",
  expired: "expired",
  ignored: "ignored",
  deadLettered: "dead-lettered",
  retry: "retry",
} as const;

/** One outcome on one line: `OrderPlaced e2bf -> Billing  processed 12 ms`. */
export function outcomeText(outcome: ConsumerOutcome, subscriber: string, elapsedMs: number | undefined): string {
  const event = outcome.event ?? "message";
  const id = shortId(outcome.eventId ?? outcome.messageId);
  const time = elapsedMs === undefined ? "" : ` ${Math.round(elapsedMs)} ms`;
  return `${event} ${pc.dim(id)} ${pc.dim("->")} ${subscriber}  ${whatHappened(outcome)}${pc.dim(time)}${why(outcome)}`;
}

function whatHappened({ outcome, attempt = 1, afterSeconds }: ConsumerOutcome): string {
  const tried = attempt > 1 ? `, attempt ${attempt}` : "";
  const word = WORDS[outcome];
  switch (outcome) {
    case "done":
      return pc.green(word) + tried;
    case "deadLettered":
      return pc.red(word) + tried;
    case "retry":
      return pc.yellow(`${word}${afterSeconds === undefined ? "" : ` in ${Math.ceil(afterSeconds)} s`}`) + tried;
    default:
      return pc.dim(word);
  }
}

function why({ outcome, cause, error }: ConsumerOutcome): string {
  if (error !== undefined) {
    return `  ${error.name}: ${error.message}`;
  }
  return outcome === "retry" && cause !== undefined ? `  ${CAUSES[cause] ?? cause}` : "";
}

const CAUSES: Readonly<Record<string, string>> = {
  inProgress: "another worker has the event",
  group: "an earlier message of its group is redelivered first",
  deadline: "too little time was left",
  circuit: "the circuit is open",
  dependency: "a dependency did not respond",
  handler: "the handler failed",
};
