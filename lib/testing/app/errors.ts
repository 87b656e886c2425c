/** Codes of the errors that the helpers for tests raise. Branch on the code, not on the class. */
export type TestAppErrorCode =
  /** The app could not be synthesised, or the given stack does not belong to an app. */
  | "SynthesisFailed"
  /** There is no such subscriber, topic or queue, or more than one. */
  | "NotFound"
  /** Messages were still waiting at the deadline; the error's message contains their histories. */
  | "NotQuiet"
  /** The outcomes at a subscriber are unknown: its queue is not consumed by Fanfare's `consume`. */
  | "OutcomesUnknown"
  /** A dead-letter queue holds more messages than can be read without deleting them. */
  | "NotReadable"
  /** An event had another outcome than expected; the error's message contains its history. */
  | "Unexpected";

/** Details of a {@link TestAppError}. */
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
  /** Test runners show the difference only if this is set. */
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
