import pc from "picocolors";
import type { AnyContract } from "../../contract/index.ts";
import { describeError } from "../../errors/index.ts";
import { ENCODING_ATTRIBUTE, LEGACY_OFFLOAD_ATTRIBUTE, OFFLOAD_ATTRIBUTE } from "../../names/index.ts";
import { maskedFields, openTail, readTail, type TailedMessage } from "../../ops/index.ts";
import { readEnvelope, unwrapBody } from "../../wire/index.ts";
import { CliError, EXIT } from "../cli-error.ts";
import { checkEvent, contractsInFile } from "../contracts/index.ts";
import { connectTo } from "./connect.ts";
import { noteWrite } from "./journal.ts";
import type { PlaceOptions, Surroundings } from "./surroundings.ts";
import { findTopic } from "./topic.ts";

/** Options of `fanfare tail`. */
export interface TailVerbOptions extends PlaceOptions {
  /** Types of events, or their names. */
  readonly event?: readonly string[] | undefined;
  /** `15m` */
  readonly for: string;
  /** Events to show, at most. */
  readonly limit?: number | undefined;
  readonly body?: boolean | undefined;
  /** A module that exports the contract. */
  readonly contract?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Longer than a queue keeps what nobody reads makes no sense for something that a person watches. */
const MAX_MS = 12 * 3_600_000;

/**
 * Shows events as they pass a topic, until the time is over, the limit is reached, or the signal ends it. Makes a temporary queue, and
 * removes it in the end, however it ends.
 */
export async function tail(name: string, options: TailVerbOptions, surroundings: Surroundings): Promise<void> {
  const { terminal, directory, signal } = surroundings;
  const end = Date.now() + durationOf(options.for);
  const { cloud, fleet, session, title } = connectTo(options, surroundings);
  const topic = findTopic(await fleet(), session, name);
  const contracts = options.contract === undefined ? [] : await contractsInFile(options.contract, directory);
  const types = typesOf(options.event, contracts);
  const show = (message: TailedMessage) => shown(message, { contracts, sensitive: topic.sensitive, options });
  const opened = await openTail(cloud, { topicArn: topic.arn, types, end });
  try {
    noteWrite(surroundings, { what: "tail", where: title, topic: topic.arn, queue: opened.queueName });
    terminal.err(pc.dim(`listening to ${topic.arn} until ${new Date(end).toISOString()}; Ctrl-C ends it`));
    let left = options.limit ?? Number.POSITIVE_INFINITY;
    for await (const messages of readTail(cloud, opened, { end, signal })) {
      for (const message of messages.slice(0, left)) {
        terminal.out(await show(message));
      }
      left -= messages.length;
      if (left <= 0) {
        break;
      }
    }
  } finally {
    await opened.close();
  }
}

/** @throws CliError, exit code 2, for what is no duration, or too long */
function durationOf(text: string): number {
  const [, count = "", unit = ""] = /^(\d+)([smh])$/.exec(text) ?? [];
  const ms = Number(count) * ({ s: 1_000, m: 60_000, h: 3_600_000 }[unit] ?? 0);
  if (!(ms > 0 && ms <= MAX_MS)) {
    throw new CliError(`--for ${text} is no duration up to 12h: write 90s, 15m or 2h`, { exitCode: EXIT.usage });
  }
  return ms;
}

/** The types that are named; by the contract's names where there is one. */
function typesOf(
  names: readonly string[] | undefined,
  contracts: readonly AnyContract[],
): readonly string[] | undefined {
  if (names === undefined || contracts.length === 0) {
    return names;
  }
  const events = contracts.flatMap((contract) => Object.values(contract.events));
  return names.map((name) => {
    const found = events.find((event) => event.name === name || event.type === name);
    if (found === undefined) {
      const known = events.map((event) => event.name).join(", ");
      throw new CliError(`there is no event ${name}: choose one of ${known}`, { exitCode: EXIT.usage });
    }
    return found.type;
  });
}

interface Showing {
  readonly contracts: readonly AnyContract[];
  /** Fields that are masked, by type of event. */
  readonly sensitive: ReadonlyMap<string, readonly string[]>;
  readonly options: Pick<TailVerbOptions, "body" | "json">;
}

async function shown(message: TailedMessage, { contracts, sensitive, options }: Showing): Promise<string> {
  const { messageId, event, sentAt, attributes, group } = message;
  const type = event?.type;
  const problem = contracts.length === 0 ? undefined : await problemOf(message, contracts);
  const ofContract = contracts.flatMap((contract) => contract.eventOfType(type ?? "")?.definition.sensitive ?? []);
  const fields = [...(sensitive.get(type ?? "") ?? []), ...ofContract];
  const body = options.body === true ? { body: maskedFields(message, fields) } : {};
  const bytes = Buffer.byteLength(message.body);
  if (options.json === true) {
    const values = Object.entries(attributes).map(([name, { StringValue }]) => [name, StringValue ?? "binary"]);
    const at = new Date(sentAt).toISOString();
    return JSON.stringify({
      at,
      ...event,
      messageId,
      group,
      bytes,
      attributes: Object.fromEntries(values),
      problem,
      ...body,
    });
  }
  const line = [
    pc.dim(new Date(sentAt).toISOString().slice(11, 23)),
    pc.bold(type ?? "message"),
    event?.id ?? messageId,
    pc.dim(`${bytes} B`),
    problem === undefined ? "" : pc.yellow(problem),
  ];
  const text = line.filter((part) => part !== "").join("  ");
  return options.body === true ? `${text}\n${JSON.stringify(body.body, undefined, 2)}` : text;
}

/**
 * Why a consumer with this contract would refuse the event; `undefined` where it would not, and for a body that is compressed or stored
 * elsewhere, which is not read.
 */
async function problemOf(message: TailedMessage, contracts: readonly AnyContract[]): Promise<string | undefined> {
  if ([ENCODING_ATTRIBUTE, OFFLOAD_ATTRIBUTE, LEGACY_OFFLOAD_ATTRIBUTE].some((name) => name in message.attributes)) {
    return undefined;
  }
  try {
    const { json } = unwrapBody(message.body);
    await checkEvent(readEnvelope(json), contracts);
    return undefined;
  } catch (error) {
    return describeError(error).message;
  }
}
