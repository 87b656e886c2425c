import {
  type ConsumerOutcome,
  isOutcomeLine,
  type LogEntry,
  type OutcomeEntry,
  type RuntimeEvent,
} from "../../local/index.ts";

/** What a consumer did with one message, and when this process saw it. */
export interface RecordedOutcome extends ConsumerOutcome {
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

/** A line that a handler printed itself. */
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

/** All that is known of what happened in an app: what was published, the outcomes of messages, what handlers printed. */
export class Journal {
  readonly outcomes: RecordedOutcome[] = [];
  readonly publications: RecordedPublication[] = [];
  readonly lines: RecordedLine[] = [];
  readonly problems: RecordedProblem[] = [];

  /** Changes whenever something happens. */
  get size(): number {
    return this.outcomes.length + this.publications.length + this.lines.length + this.problems.length;
  }

  /** Takes what a consumer did with a message. */
  noteOutcome({ requestId, outcome }: OutcomeEntry): void {
    this.outcomes.push({ ...outcome, at: Date.now(), requestId });
  }

  /** Takes one line that a handler printed. Those in which consumers log outcomes are left out. */
  noteLine({ functionName, requestId, line }: LogEntry): void {
    if (!isOutcomeLine(line)) {
      this.lines.push({ functionName, requestId, line, at: Date.now() });
    }
  }

  noteEvent(event: RuntimeEvent): void {
    const at = Date.now();
    const problem = (functionName: string, message: string) => this.problems.push({ functionName, message, at });
    if (event.type === "batch" && event.error !== undefined) {
      problem(event.functionName, `invocation failed with ${event.messages} messages: ${event.error}`);
    } else if (event.type === "problem") {
      problem(event.functionName, event.message);
    } else if (event.type === "filtered") {
      const what = `${event.messages} messages matched no filter of the event source mapping, and were deleted`;
      problem(event.functionName, what);
    }
  }

  notePublication(publication: Omit<RecordedPublication, "at">, at: number): void {
    this.publications.push({ ...publication, at });
  }
}
