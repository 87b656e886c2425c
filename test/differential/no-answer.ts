/** A side that did not answer in time, or not by AWS's protocol: this says nothing of its behaviour. */
export class NoAnswer extends Error {
  constructor(side: string, cause: unknown) {
    super(`${side} did not answer: ${cause instanceof Error ? `${cause.name}, ${cause.message}` : String(cause)}`, {
      cause,
    });
    this.name = "NoAnswer";
  }
}
