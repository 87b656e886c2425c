import { FanfareError } from "../../errors/index.ts";
import type { LeftOut } from "../../names/index.ts";

/**
 * The error for a part that a bundle does not contain, because the function's queues, as the constructs know them, do not need it.
 *
 * @param what says what asks for the part, as a clause
 */
export function leftOut(field: string, part: LeftOut, what = `${field} is given`): FanfareError {
  return configurationInvalid(
    field,
    `${what}, but the bundle was made without ${part}`,
    `set bundling: { keep: ["${part}"] } of the handler in the stack`,
  );
}

export function configurationInvalid(field: string, message: string, remedy: string): FanfareError {
  return new FanfareError("ConfigurationInvalid", message, { field, remedy });
}
