import type { CdkPlace } from "../cdk/cli.ts";
import type { Emulator } from "../emulators/server-process.ts";
import type { TargetName } from "../options.ts";
import type { Results } from "../suite/results.ts";
import type { Clients } from "../suite/support/clients.ts";

/** A target on which a stack can be deployed. */
export interface Site {
  readonly name: TargetName;
  /** Undefined for AWS. */
  readonly emulator: Emulator | undefined;
  readonly place: CdkPlace;
  /** The synthesised app. */
  readonly assembly: string;
  /** A folder for files of the run. */
  folder(name: string): string;
  readonly results: Results;
}

/** The suite's stack on a target. */
export interface Deployed {
  readonly clients: Clients;
  readonly outputs: Readonly<Record<string, string>>;
  /** Processes that must be gone after {@link Deployed.remove}. */
  readonly pids: readonly number[];
  /** Stops what runs here and deletes the stack. */
  remove(): Promise<void>;
}

/** A way to deploy: gives `undefined` when a step has failed, which is in the results then. */
export type Deploy = (site: Site) => Promise<Deployed | undefined>;
