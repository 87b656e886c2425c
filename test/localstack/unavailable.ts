/** A target that cannot be run here. The message names what is missing; the program then ends with its own exit code. */
export class TargetUnavailable extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "TargetUnavailable";
  }
}
