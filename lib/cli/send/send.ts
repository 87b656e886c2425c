import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import pc from "picocolors";
import type { AnyContract, ContractEvent } from "../../contract/index.ts";
import { createPublisher, type PublishOptions } from "../../publish/index.ts";
import { CliError, EXIT } from "../cli-error.ts";
import { readSession, type Session, type SessionTarget } from "../session/index.ts";
import type { Terminal } from "../terminal.ts";
import { clientsFor } from "./clients.ts";
import { exampleOf } from "./example.ts";
import { contractsOf } from "./load-contract.ts";

/** Options of `fanfare send`, as the command line passes them. */
export interface SendOptions extends Pick<PublishOptions, "id" | "deduplicationId" | "correlationId"> {
  /** JSON, or `@file`. */
  readonly data?: string | undefined;
  /** Shows the event and sends nothing. */
  readonly dryRun: boolean;
  readonly json: boolean;
}

/**
 * Publishes one event to a topic or a queue of a running `fanfare dev`, validated by the contract that a consumer of it has in its
 * bundle. Without data, an example is made from the event's schema.
 *
 * @throws CliError when nothing runs, and for names that do not exist; PublishError when the contract refuses the event
 */
export async function send(
  targetName: string,
  eventName: string | undefined,
  options: SendOptions,
  surroundings: { readonly directory: string; readonly terminal: Terminal },
): Promise<void> {
  const { directory, terminal } = surroundings;
  const session = readSession(directory);
  const target = findTarget(session, targetName);
  const contracts = await contractsOf(session, target);
  const { contract, event } = findEvent(contracts, eventName, targetName);
  const data = options.data === undefined ? await exampleOf(event) : parseData(options.data, directory);
  if (options.dryRun) {
    terminal.out(JSON.stringify(data, undefined, options.json ? undefined : 2));
    return;
  }
  const publish = createPublisher(contract, {
    target: target.target,
    clients: clientsFor(session.endpoint, target),
  });
  const { id, deduplicationId, correlationId } = options;
  const published = await publish(event.name, data, {
    ...(id === undefined ? {} : { id }),
    ...(deduplicationId === undefined ? {} : { deduplicationId }),
    ...(correlationId === undefined ? {} : { correlationId }),
  });
  if (options.json) {
    terminal.out(JSON.stringify({ ...published, event: event.name, target: target.target, data }));
    return;
  }
  terminal.out(`${pc.green("sent")} ${event.name} ${published.id} to ${target.names[0]}`);
  terminal.out(pc.dim(JSON.stringify(data, undefined, 2)));
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

interface Found {
  readonly contract: AnyContract;
  readonly event: ContractEvent;
}

/** @param name the event's name in its contract, or its type */
function findEvent(contracts: readonly AnyContract[], name: string | undefined, target: string): Found {
  const all = contracts.flatMap((contract) => Object.values(contract.events).map((event) => ({ contract, event })));
  const found = all.find(({ event }) => event.name === name || event.type === name);
  if (found !== undefined) {
    return found;
  }
  const known = [...new Set(all.map(({ event }) => event.name))].join(", ");
  throw new CliError(
    all.length === 0
      ? `no consumer of ${target} was made by consume() of this version: its contract is not known`
      : name === undefined
        ? `name the event to send to ${target}: one of ${known}`
        : `there is no event ${name}: choose one of ${known}`,
    { exitCode: EXIT.usage },
  );
}

function parseData(given: string, directory: string): unknown {
  const text = given.startsWith("@") ? readData(resolve(directory, given.slice(1))) : given;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliError(`--data is not JSON: ${error instanceof Error ? error.message : String(error)}`, {
      exitCode: EXIT.usage,
    });
  }
}

function readData(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CliError(`the file of --data cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      exitCode: EXIT.usage,
    });
  }
}
