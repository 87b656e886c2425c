import { describeError } from "../../errors/index.ts";
import { type FleetSubscriber, type Letter, sensitiveFields } from "../../ops/index.ts";
import { objectOf } from "../../std/index.ts";
import {
  documentInText,
  type Envelope,
  envelopeData,
  envelopeVersion,
  readEnvelope,
  unwrapBody,
} from "../../wire/index.ts";
import type { ContractSource } from "../server/index.ts";
import type { Issue } from "../wire/index.ts";

/** The event in a letter; undefined for a body without a valid envelope. */
export function envelopeIn({ body }: Letter): Envelope | undefined {
  try {
    return readEnvelope(objectOf(unwrapBody(body).json));
  } catch {
    return undefined;
  }
}

/**
 * What the contract says to an event, as a consumer reads it: older versions are converted first. Nothing is told of a sensitive field
 * but that it differs: the words of a schema library may hold the value.
 *
 * @returns undefined where no contract is known
 */
export async function issuesOf(
  envelope: Envelope,
  subscriber: FleetSubscriber,
  contracts: ContractSource | undefined,
): Promise<readonly Issue[] | undefined> {
  const check = (data: unknown) => contracts?.checkType(envelope.type, envelopeVersion(envelope), data);
  let data: unknown;
  try {
    data = envelopeData(envelope);
  } catch (error) {
    return [{ path: "", message: describeError(error).message }];
  }
  const asSent = await check(data);
  // Some writers send a JSON document as a string: consumers read it where the contract refuses the string.
  const document = asSent?.issues.length === 0 ? undefined : documentInText(envelope);
  const checked = document === undefined ? asSent : await check(document);
  const sensitive = sensitiveFields(envelope, subscriber);
  return checked?.issues.map(({ path, message }) => ({
    path,
    message: sensitive.some((field) => isIn(path, field)) ? "differs from the schema" : message,
  }));
}

function isIn(path: string, field: string): boolean {
  return path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`);
}
