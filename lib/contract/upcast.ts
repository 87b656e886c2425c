import { callUserSync, FanfareError } from "../errors/index.ts";
import { isJsonObject } from "../std/index.ts";
import type { ContractEvent } from "./contract.ts";
import type { OlderData } from "./event.ts";

/**
 * Converts received data to the version that the contract declares, one step at a time.
 *
 * @param version the version that the data was published in
 * @throws FanfareError `UnknownVersion` for a version newer than the contract's, or older than its first upcast;
 *   `SchemaMismatch` for older data that is not a JSON object; `CallbackFailed` for an upcast that throws
 */
export function upcastPayload(event: ContractEvent, version: number, data: unknown): unknown {
  const { definition, name } = event;
  if (version === definition.version) {
    return data;
  }
  if (!Number.isSafeInteger(version) || version < 1 || version > definition.version) {
    throw new FanfareError(
      "UnknownVersion",
      `${name} has version ${version}, but this consumer knows versions up to ${definition.version}`,
      {
        field: `${name}.version`,
        limit: `version ${definition.version}`,
        remedy:
          "deploy this consumer with the new contract, then redrive; next time deploy consumers before publishers",
      },
    );
  }
  let current = data;
  for (let from = version; from < definition.version; from++) {
    const step = Object.hasOwn(definition.upcast, from) ? definition.upcast[from] : undefined;
    if (step === undefined) {
      throw new FanfareError(
        "UnknownVersion",
        `${name} has version ${version}, but there is no upcast from version ${from}`,
        {
          field: `${name}.upcast.${from}`,
          remedy: `add upcast: { ${from}: (older) => ... } to the event, then redrive`,
        },
      );
    }
    current = runStep(event, from, step, current);
  }
  return current;
}

function runStep(event: ContractEvent, from: number, step: (older: OlderData) => unknown, data: unknown): unknown {
  if (!isJsonObject(data)) {
    throw new FanfareError("SchemaMismatch", `${event.name} in version ${from} is not a JSON object`, {
      field: event.name,
    });
  }
  return callUserSync(`${event.name}.upcast.${from}`, () => step(data));
}
