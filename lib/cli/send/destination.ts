import type { SNSClient } from "@aws-sdk/client-sns";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { AnyContract } from "../../contract/index.ts";
import type { Cloud, Fleet } from "../../ops/index.ts";
import { CliError, EXIT } from "../cli-error.ts";
import { contractsInFile, contractsOf } from "../contracts/index.ts";
import { cloudAt, connectTo, isPlaceGiven } from "../ops/connect.ts";
import type { PlaceOptions, Surroundings } from "../ops/surroundings.ts";
import { findTopic } from "../ops/topic.ts";
import { findSession, readSession, type Session, type SessionTarget } from "../session/index.ts";
import { clientsFor } from "./clients.ts";

/** Where an event is sent to, and what may be sent there. */
export interface Destination {
  /** For people and the journal: `fanfare dev`, an endpoint, or a profile and Region. */
  readonly where: string;
  readonly kind: "queue" | "topic";
  /** The topic's or queue's own name. */
  readonly name: string;
  /** The ARN of a topic, the URL of a queue. */
  readonly target: string;
  readonly contracts: readonly AnyContract[];
  readonly clients: { readonly sns: SNSClient; readonly sqs: SQSClient };
  /** Whether it is the `fanfare dev` of the folder: nobody has to confirm what is sent there. */
  readonly isDev: boolean;
}

/** Options that say where, and by which contract. */
export interface DestinationOptions extends PlaceOptions {
  /** Module that exports the contract. @default in `fanfare dev`, those in the bundles of the consumers */
  readonly contract?: string | undefined;
}

/**
 * The topic or queue that a name stands for: of the `fanfare dev` of the folder, or of another place where one is given.
 *
 * @throws CliError for a name that nothing or several have, and outside `fanfare dev` without a contract: exit code 2
 */
export async function destinationOf(
  name: string,
  options: DestinationOptions,
  surroundings: Pick<Surroundings, "directory" | "terminal">,
): Promise<Destination> {
  const { directory } = surroundings;
  const given = options.contract === undefined ? undefined : await contractsInFile(options.contract, directory);
  if (!isPlaceGiven(options) && (given === undefined || findSession(directory) !== undefined)) {
    const session = readSession(directory);
    const target = findTarget(session, name);
    return {
      where: "fanfare dev",
      kind: target.kind,
      name: target.names[0] ?? name,
      target: target.target,
      contracts: given ?? (await contractsOf(session, target)),
      clients: clientsFor(session.endpoint, target),
      isDev: true,
    };
  }
  if (given === undefined) {
    throw new CliError("name the contract by which the event is validated: --contract FILE", { exitCode: EXIT.usage });
  }
  const { fleet, title } = connectTo(options, surroundings);
  return {
    where: title,
    ...targetIn(await fleet(), name),
    contracts: given,
    clients: await clientsOf(cloudAt(options)),
    isDev: false,
  };
}

/** A queue by its subscriber, consumer, name, URL or ARN; else a topic. */
function targetIn(fleet: Fleet, name: string): Pick<Destination, "kind" | "name" | "target"> {
  const queues = fleet.queues.filter((queue) => [queue.name, queue.url, queue.arn].includes(name));
  const own = fleet.subscribers.filter(({ aliases }) => aliases.includes(name)).map(({ queue }) => queue);
  const [queue, ...others] = queues.length > 0 ? queues : own;
  if (queue !== undefined && others.length === 0) {
    return { kind: "queue", name: queue.name, target: queue.url };
  }
  const { arn } = findTopic(fleet, undefined, name);
  return { kind: "topic", name: arn.slice(arn.lastIndexOf(":") + 1), target: arn };
}

async function clientsOf({ sns, sqs }: Cloud): Promise<Destination["clients"]> {
  const [topics, queues] = await Promise.all([sns(), sqs()]);
  return { sns: await topics.call(async (client) => client), sqs: await queues.call(async (client) => client) };
}

function findTarget({ targets }: Session, name: string): SessionTarget {
  const found = targets.filter(({ names, target }) => names.includes(name) || target === name);
  // A topic comes before a queue of the same name: what is published there reaches the queue, too.
  const [first] = [...found].sort((a, b) => a.kind.localeCompare(b.kind) * -1);
  const others = found.filter((each) => each !== first && each.kind === first?.kind);
  if (first !== undefined && others.length === 0) {
    return first;
  }
  const known = targets.map(({ kind, names }) => `${names[0]} (${kind})`).join(", ");
  throw new CliError(
    first === undefined
      ? `there is no topic or queue ${name}: choose one of ${known}`
      : `${name} stands for ${found.map(({ names }) => names[0]).join(" and ")}: give the whole name`,
    { exitCode: EXIT.usage },
  );
}
