import { FanfareError } from "../errors/index.ts";

/** The error for an option or variable that is missing or wrong. */
export function configurationInvalid(field: string, message: string, remedy: string): FanfareError {
  return new FanfareError("ConfigurationInvalid", message, { field, remedy });
}
