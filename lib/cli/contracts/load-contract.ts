import type { AnyContract } from "../../contract/index.ts";
import { loadExport } from "../../local/index.ts";
import type { Session, SessionTarget } from "../session/index.ts";

/** The contracts of the consumers of a target, read from their bundles as Lambda would load them. */
export async function contractsOf(session: Session, target: SessionTarget): Promise<readonly AnyContract[]> {
  const contracts: AnyContract[] = [];
  for (const name of new Set(target.functions)) {
    const known = session.functions[name];
    if (known === undefined) {
      continue;
    }
    // The handler's module reads its variables when it is loaded. They must not stay: the rest of this process is no function.
    const before = { ...process.env };
    Object.assign(process.env, known.environment);
    try {
      const { contract } = (await loadExport(known.directory, known.handler)) as { readonly contract?: unknown };
      if (isContract(contract)) {
        contracts.push(contract);
      }
    } catch {
      // A bundle that cannot be loaded says so when it is invoked; another consumer may know the event.
    } finally {
      for (const variable of Object.keys(known.environment)) {
        delete process.env[variable];
      }
      Object.assign(process.env, before);
    }
  }
  return contracts;
}

/** Whether a value is what `defineContract` returns. */
export function isContract(value: unknown): value is AnyContract {
  return typeof value === "object" && value !== null && "events" in value && "eventOfType" in value;
}
