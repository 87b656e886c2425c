import type { FunctionError } from "./messages.ts";

/** Why a handler could not be loaded, in Lambda's terms. */
export class HandlerLoadError extends Error {
  readonly functionError: FunctionError;

  constructor(errorType: string, errorMessage: string) {
    super(errorMessage);
    this.name = errorType;
    this.functionError = { errorType, errorMessage };
  }
}
