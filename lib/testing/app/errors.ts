/** Codes of the errors that the helpers for tests raise. Branch on the code, not on the class. */
export type TestAppErrorCode =
  /** The app did not synthesise, or what was given is no stack. */
  | "SynthesisFailed"
  /** There is no such subscriber, topic or queue, or more than one. */
  | "NotFound"
  /** Messages still waited at the deadline; the message holds their histories. */
  | "NotQuiet"
  /** What a subscriber did cannot be known: it is not consumed by Fanfare's `consume`. */
  | "OutcomesUnknown"
  /** A dead-letter queue holds more than can be read without taking it out. */
  | "NotReadable"
  /** Something else became of an event than was expected; the message holds its history. */
  | "Unexpected";

/** What a {@link TestAppError} says besides its message. */
export interface TestAppErrorDetails {
  readonly remedy?: string;
  readonly cause?: unknown;
  /** The history of the messages concerned, as text: appended to the message. */
  readonly history?: string;
  /** Test runners show the difference between these two. */
  readonly expected?: unknown;
  readonly actual?: unknown;
}

/** An error of the helpers for tests. The message ends with the history of the messages that it is about. */
export class TestAppError extends Error {
  readonly code: TestAppErrorCode;
  readonly expected: unknown;
  readonly actual: unknown;
  /** What test runners look at before they show a difference. */
  readonly showDiff: boolean;

  constructor(code: TestAppErrorCode, message: string, details: TestAppErrorDetails = {}) {
    const advice = details.remedy === undefined ? "" : ` (${details.remedy})`;
    const history = details.history === undefined ? "" : `\n\n${details.history}`;
    super(`${message}${advice}${history}`, { cause: details.cause });
    this.name = code;
    this.code = code;
    this.expected = details.expected;
    this.actual = details.actual;
    this.showDiff = "expected" in details;
  }
}
