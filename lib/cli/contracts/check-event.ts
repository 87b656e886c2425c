import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type AnyContract, upcastPayload, validatePayload } from "../../contract/index.ts";
import { type Envelope, envelopeData, envelopeVersion } from "../../wire/index.ts";
import { CliError, EXIT } from "../cli-error.ts";
import { isContract } from "./load-contract.ts";

/**
 * The contracts that a module exports. The module is run, as Node.js runs it.
 *
 * @throws CliError, exit code 2, for a file that does not exist, cannot be loaded, or exports no contract
 */
export async function contractsInFile(file: string, directory: string): Promise<readonly AnyContract[]> {
  const path = resolve(directory, file);
  if (!existsSync(path)) {
    throw new CliError(`there is no file ${path}`, { exitCode: EXIT.usage });
  }
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CliError(`${path} cannot be loaded: ${why}`, { exitCode: EXIT.usage, cause });
  }
  const contracts = Object.values(exported).filter(isContract);
  if (contracts.length === 0) {
    throw new CliError(`${path} exports no contract: name the file that calls defineContract`, {
      exitCode: EXIT.usage,
    });
  }
  return contracts;
}

/**
 * Validates the data of an event by the contract that has its type, as a consumer does.
 *
 * @throws CliError, exit code 2, where no contract has the type; FanfareError `SchemaMismatch`, `UnknownVersion`
 */
export async function checkEvent(envelope: Envelope, contracts: readonly AnyContract[]): Promise<void> {
  const event = contracts.map((contract) => contract.eventOfType(envelope.type)).find((each) => each !== undefined);
  if (event === undefined) {
    const names = contracts.map(({ name }) => name).join(", ");
    throw new CliError(`no event of ${names} has the type ${envelope.type}`, { exitCode: EXIT.usage });
  }
  await validatePayload(event, upcastPayload(event, envelopeVersion(envelope), envelopeData(envelope)));
}
