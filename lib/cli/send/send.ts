import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import pc from "picocolors";
import type { AnyContract, ContractEvent } from "../../contract/index.ts";
import { createPublisher, type PublishOptions } from "../../publish/index.ts";
import { CliError, EXIT } from "../cli-error.ts";
import { confirmWrite } from "../ops/confirm.ts";
import { noteWrite } from "../ops/journal.ts";
import type { Surroundings, WriteOptions } from "../ops/surroundings.ts";
import { type DestinationOptions, destinationOf } from "./destination.ts";
import { exampleOf } from "./example.ts";

/** Options of `fanfare send`, as the command line passes them. */
export interface SendOptions
  extends DestinationOptions,
    WriteOptions,
    Pick<PublishOptions, "id" | "deduplicationId" | "correlationId"> {
  /** JSON, or `@file`. */
  readonly data?: string | undefined;
  /** Shows the event and sends nothing. */
  readonly dryRun: boolean;
  readonly json: boolean;
}

/**
 * Publishes one event to a topic or a queue: of the running `fanfare dev`, validated by the contract that a consumer of it has in its
 * bundle, or of another place, validated by a contract's module and confirmed. Without data, an example is made from the event's schema.
 *
 * @throws CliError when nothing runs, and for names that do not exist; PublishError when the contract refuses the event
 */
export async function send(
  targetName: string,
  eventName: string | undefined,
  options: SendOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { directory, terminal } = surroundings;
  const destination = await destinationOf(targetName, options, surroundings);
  const { kind, name, target, where, isDev } = destination;
  const { contract, event } = findEvent(destination.contracts, eventName, targetName);
  const data = options.data === undefined ? await exampleOf(event) : parseData(options.data, directory);
  if (options.dryRun) {
    terminal.out(JSON.stringify(data, undefined, options.json ? undefined : 2));
    return;
  }
  if (!isDev) {
    const what = `send 1 ${event.name} to ${name}`;
    terminal.err(`${what} (${where})\n${pc.dim(JSON.stringify(data, undefined, 2))}`);
    await confirmWrite({ name, kind, count: 1, what }, options, surroundings);
  }
  const publish = createPublisher(contract, { target, clients: destination.clients });
  const { id, deduplicationId, correlationId } = options;
  noteWrite(surroundings, { what: "send", where, target, event: event.type, id });
  const published = await publish(event.name, data, {
    ...(id === undefined ? {} : { id }),
    ...(deduplicationId === undefined ? {} : { deduplicationId }),
    ...(correlationId === undefined ? {} : { correlationId }),
  });
  if (options.json) {
    terminal.out(JSON.stringify({ ...published, event: event.name, target, data }));
    return;
  }
  terminal.out(`${pc.green("sent")} ${event.name} ${published.id} to ${name}`);
  terminal.out(pc.dim(JSON.stringify(data, undefined, 2)));
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
