import { FanfareError } from "../../errors/index.ts";
import type { DeadLetterTarget } from "../../ops/index.ts";

/** @throws FanfareError `ConfigurationInvalid` for anything but the queue's name */
export function confirmName({ queue }: DeadLetterTarget, typed: string): void {
  if (typed !== queue.name) {
    throw new FanfareError("ConfigurationInvalid", "the typed name is not that of the queue", {
      field: "confirm",
      remedy: `type ${queue.name}`,
    });
  }
}
