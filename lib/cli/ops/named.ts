import { isFanfareError } from "../../errors/index.ts";
import { type DeadLetterTarget, type FleetSubscriber, findDeadLetters, findSubscriber } from "../../ops/index.ts";
import { CliError, EXIT } from "../cli-error.ts";
import type { Connection } from "./connect.ts";

/**
 * The dead-letter queue that a name on the command line stands for.
 *
 * @throws CliError, exit code 2, for a name that nobody or several have
 */
export async function deadLettersNamed(
  { fleet }: Pick<Connection, "fleet">,
  name: string,
  { undelivered }: { readonly undelivered?: boolean | undefined },
): Promise<DeadLetterTarget> {
  const found = await fleet();
  return named(() => findDeadLetters(found, name, undelivered === true ? "delivery" : "processing"));
}

/** The subscriber that a name on the command line stands for. @throws CliError, exit code 2, for a name that nobody or several have */
export async function subscriberNamed({ fleet }: Pick<Connection, "fleet">, name: string): Promise<FleetSubscriber> {
  const found = await fleet();
  return named(() => findSubscriber(found, name));
}

function named<Found>(find: () => Found): Found {
  try {
    return find();
  } catch (cause) {
    throw isFanfareError(cause, "ConfigurationInvalid")
      ? new CliError(cause.message, { exitCode: EXIT.usage, cause })
      : cause;
  }
}
