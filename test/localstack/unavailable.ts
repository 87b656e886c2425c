/** A target that cannot be run here. The message names what is missing; the program then ends with its own exit code. */
export class TargetUnavailable extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "TargetUnavailable";
  }
}

/**
 * An account, or an emulator of another program, that must not be touched: there are no credentials, or stacks of the same names. Nothing
 * has been created; the program then ends with its own exit code.
 */
export class NotTouched extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "NotTouched";
  }
}
