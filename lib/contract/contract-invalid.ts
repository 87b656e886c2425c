import { FanfareError } from "../errors/index.ts";

/** The error for a wrong declaration. */
export function contractInvalid(field: string, message: string, remedy: string, limit?: string): FanfareError {
  return new FanfareError(
    "ContractInvalid",
    message,
    limit === undefined ? { field, remedy } : { field, remedy, limit },
  );
}
