import type { LogEntry, RuntimeEvent } from "../../local/index.ts";

/** What a consumer did with one message, as it logged it. */
export interface RecordedOutcome {
  readonly outcome: "done" | "duplicate" | "expired" | "ignored" | "deadLettered" | "retry";
  readonly consumer: string;
  /** Name of the event in its contract; `undefined` where the message could not be read. */
  readonly event: string | undefined;
  readonly eventId: string | undefined;
  readonly messageId: string;
  /** Receive count, from 1. */
  readonly attempt: number | undefined;
  /** Name of the queue. */
  readonly queue: string;
  /** Of a retry: why. */
  readonly cause: string | undefined;
  /** Of a retry: seconds until it comes again, where the handler asked for that. */
  readonly afterSeconds: number | undefined;
  readonly error: { readonly name: string; readonly message: string; readonly stack?: string } | undefined;
  /** Milliseconds since the epoch at which this process saw it. */
  readonly at: number;
  /** The invocation of the function. */
  readonly requestId: string | undefined;
}

/** An event that was published through the app. */
export interface RecordedPublication {
  readonly eventId: string;
  readonly event: string;
  readonly target: string;
  readonly messageId: string;
  readonly at: number;
}

/** A line that a handler printed for itself. */
export interface RecordedLine {
  readonly functionName: string;
  readonly requestId: string | undefined;
  readonly line: string;
  readonly at: number;
}

/** A batch that failed as a whole, or something that the runtime could not do. */
export interface RecordedProblem {
  readonly functionName: string | undefined;
  readonly message: string;
  readonly at: number;
}

const OUTCOMES = ["done", "duplicate", "expired", "ignored", "deadLettered", "retry"] as const;

/** All that is known of what happened in an app: what was published, each message's outcomes, what handlers printed. */
export class Journal {
  readonly outcomes: RecordedOutcome[] = [];
  readonly publications: RecordedPublication[] = [];
  readonly lines: RecordedLine[] = [];
  readonly problems: RecordedProblem[] = [];

  /** Changes whenever something happens. */
  get size(): number {
    return this.outcomes.length + this.publications.length + this.lines.length + this.problems.length;
  }

  /** Takes one line that a handler printed: consumers log each message's outcome as one JSON line. */
  noteLine({ functionName, requestId, line }: LogEntry): void {
    const at = Date.now();
    const outcome = line.includes('"outcome"') ? recordedOutcome(line, at, requestId) : undefined;
    if (outcome === undefined) this.lines.push({ functionName, requestId, line, at });
    else this.outcomes.push(outcome);
  }

  noteEvent(event: RuntimeEvent): void {
    const at = Date.now();
    if (event.type === "batch" && event.error !== undefined) {
      const message = `invocation failed with ${event.messages} messages: ${event.error}`;
      this.problems.push({ functionName: event.functionName, message, at });
    } else if (event.type === "problem") {
      this.problems.push({ functionName: event.functionName, message: event.message, at });
    } else if (event.type === "filtered") {
      const message = `${event.messages} messages matched no filter of the event source mapping, and were deleted`;
      this.problems.push({ functionName: event.functionName, message, at });
    }
  }

  notePublication(publication: Omit<RecordedPublication, "at">, at: number): void {
    this.publications.push({ ...publication, at });
  }
}

function recordedOutcome(line: string, at: number, requestId: string | undefined): RecordedOutcome | undefined {
  const value = parsed(line);
  if (typeof value !== "object" || value === null) return undefined;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const outcome = OUTCOMES.find((each) => each === fields.outcome);
  if (outcome === undefined || typeof fields.messageId !== "string" || typeof fields.consumer !== "string")
    return undefined;
  return {
    outcome,
    consumer: fields.consumer,
    event: textOf(fields.event),
    eventId: textOf(fields.eventId),
    messageId: fields.messageId,
    attempt: numberOf(fields.attempt),
    queue: textOf(fields.queue) ?? "",
    cause: textOf(fields.cause),
    afterSeconds: numberOf(fields.afterSeconds),
    error: errorOf(fields.error),
    at,
    requestId,
  };
}

function errorOf(value: unknown): RecordedOutcome["error"] {
  if (typeof value !== "object" || value === null) return undefined;
  const { name, message, stack }: Readonly<Record<string, unknown>> = { ...value };
  return {
    name: textOf(name) ?? "Error",
    message: textOf(message) ?? "",
    ...(typeof stack === "string" ? { stack } : {}),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
