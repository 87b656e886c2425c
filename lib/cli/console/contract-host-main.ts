import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Checked } from "../../console/index.ts";
import { type AnyContract, type ContractEvent, upcastPayload } from "../../contract/index.ts";
import { contractsInFile, contractsOf } from "../contracts/index.ts";
import { send } from "../send/index.ts";
import { readSession } from "../session/index.ts";
import type { HostRequest, HostResponse } from "./protocol.ts";

/**
 * The process that loads the app's bundles for the console: contracts are code, which reads environment variables and may do anything
 * when it is loaded. It serves one deployment, and is replaced after a reload.
 */
const [, , directory = ".", file] = process.argv;

interface Known {
  readonly targets: string[];
  readonly contract: AnyContract;
}

const known = loadContracts();
// Whoever asks is told.
known.catch(() => {});

async function loadContracts(): Promise<readonly Known[]> {
  if (file !== undefined) {
    return (await contractsInFile(file, directory)).map((contract) => ({ targets: [], contract }));
  }
  const session = readSession(directory);
  const byName = new Map<string, Known>();
  for (const target of session.targets) {
    for (const contract of await contractsOf(session, target)) {
      const before = byName.get(contract.name) ?? { targets: [], contract };
      byName.set(contract.name, before);
      // What a topic carries is published there, not to its queues.
      if ((target.kind === "topic" || before.targets.length === 0) && !before.targets.includes(target.names[0] ?? "")) {
        before.targets.push(target.names[0] ?? target.target);
      }
    }
  }
  return [...byName.values()];
}

process.on("message", (request: HostRequest) => {
  handle(request)
    .then((value): HostResponse => ({ id: request.id, value }))
    .catch(
      (error: unknown): HostResponse => ({
        id: request.id,
        error: error instanceof Error ? error.message : String(error),
      }),
    )
    .then((response) => process.send?.(response));
});
process.on("disconnect", () => process.exit());

async function handle(request: HostRequest): Promise<unknown> {
  switch (request.kind) {
    case "contracts":
      return (await known).map(({ targets, contract }) => ({
        name: contract.name,
        targets,
        events: Object.values(contract.events).map(viewOf),
      }));
    case "example":
      return JSON.parse(await sendQuietly(request.target, request.event, { dryRun: true }));
    case "send": {
      const sent: unknown = JSON.parse(
        await sendQuietly(request.target, request.event, { dryRun: false, data: JSON.stringify(request.data) }),
      );
      return { id: (sent as { readonly id: string }).id };
    }
    case "check": {
      const event = await eventOf(({ name, type }) => name === request.event || type === request.event);
      return event === undefined ? undefined : { issues: await issuesOf(event, request.version, request.data) };
    }
  }
}

/** What `fanfare send --json` prints. */
async function sendQuietly(
  target: string,
  event: string,
  options: { readonly dryRun: boolean; readonly data?: string },
): Promise<string> {
  const lines: string[] = [];
  const terminal = { out: (line: string) => void lines.push(line), err: () => {} };
  await send(target, event, { ...options, json: true }, { directory, terminal, signal: new AbortController().signal });
  return lines.join("\n");
}

async function eventOf(matches: (event: ContractEvent) => boolean): Promise<ContractEvent | undefined> {
  return (await known).flatMap(({ contract }) => Object.values(contract.events)).find(matches);
}

function viewOf({ name, type, definition }: ContractEvent) {
  const { version, attributeNames, hasGroup, expiresAfterSeconds } = definition;
  return {
    name,
    type,
    version,
    attributes: attributeNames,
    hasGroup,
    expiresAfterSeconds,
    schema: schemaOf(definition.schema["~standard"]),
  };
}

/** The JSON Schema of schemas that describe themselves. */
function schemaOf(standard: object): unknown {
  const { jsonSchema } = standard as { jsonSchema?: { input(options: { target: string }): unknown } };
  try {
    return jsonSchema?.input({ target: "draft-2020-12" });
  } catch {
    return undefined;
  }
}

/** What a consumer would say to data of a version, which it converts first. */
async function issuesOf(event: ContractEvent, version: number | undefined, data: unknown): Promise<Checked["issues"]> {
  const { definition } = event;
  let current: unknown;
  try {
    current = upcastPayload(event, version ?? definition.version, data);
  } catch (error) {
    return [{ path: "", message: error instanceof Error ? error.message : String(error) }];
  }
  const schema: StandardSchemaV1 = definition.schema;
  const result = await schema["~standard"].validate(current);
  return (result.issues ?? []).map(({ path = [], message }) => ({
    path: path
      .map((segment) => (typeof segment === "object" ? segment.key : segment))
      .map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${String(key)}`))
      .join(""),
    message,
  }));
}
