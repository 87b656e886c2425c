import type { IConstruct } from "constructs";
import { FanfareError, isFanfareError } from "../../../lib/errors/index.ts";
import { atEntrance, throwWithoutLine } from "./entrance.ts";

/** The error of each construct that is checked at synthesis. */
const errors = new WeakMap<IConstruct, FanfareError>();

/**
 * Runs a check at synthesis, after all aspects. At that time the frames of the user are gone, so the error of what is refused is made
 * now: its stack begins at the call that created the construct.
 */
export function checkAtSynthesis(scope: IConstruct, check: () => void): void {
  const made =
    errors.get(scope) ?? atEntrance(new FanfareError("ConfigurationInvalid", `${scope.node.path} was refused`));
  errors.set(scope, made);
  scope.node.addValidation({
    validate: () => {
      try {
        check();
      } catch (error) {
        throwMade(made, error);
      }
      return [];
    },
  });
}

/** Runs a check now, and again at synthesis for what is added or changed later. */
export function checkNowAndAtSynthesis(scope: IConstruct, check: () => void): void {
  check();
  checkAtSynthesis(scope, check);
}

/** Throws the error that was made with a construct, now that it is known what is wrong. */
export function throwMade(made: FanfareError, error: unknown): never {
  // V8 writes the first line of a stack when it is read, so it has this message.
  throwWithoutLine(isFanfareError(error) ? Object.assign(made, detailsOf(error)) : error);
}

function detailsOf({ message, field, limit, remedy }: FanfareError): Partial<FanfareError> {
  return { message, field, limit, remedy };
}
