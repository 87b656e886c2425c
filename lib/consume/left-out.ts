import type { FanfareError } from "../errors/index.ts";
import type { LeftOut } from "../names/index.ts";
import { configurationInvalid } from "./configuration-invalid.ts";

/**
 * The error for what a bundle does not hold because the function's queues, as the constructs know them, have no use for it.
 *
 * @param what asks for the part, as a clause
 */
export function leftOut(field: string, part: LeftOut, what = `${field} is given`): FanfareError {
  return configurationInvalid(
    field,
    `${what}, but the bundle was made without ${part}`,
    `set bundling: { keep: ["${part}"] } of the handler in the stack`,
  );
}
