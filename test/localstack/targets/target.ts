import type { Invoked } from "../../e2e/app/cases/index.ts";
import type { Account } from "../aws/account.ts";
import type { CdkPlace, StackOutputs } from "../cdk/cli.ts";
import type { Emulator } from "../emulators/server-process.ts";
import type { TargetName } from "../options.ts";
import type { Results } from "../suite/results.ts";
import type { Clients } from "../suite/support/clients.ts";

/** A target on which an assembly can be deployed. */
export interface Site {
  readonly name: TargetName;
  /** Undefined for AWS. */
  readonly emulator: Emulator | undefined;
  readonly account: Account;
  readonly place: CdkPlace;
  /** The synthesised app. */
  readonly assembly: string;
  /** A folder for files of the run. */
  folder(name: string): string;
  readonly results: Results;
}

/** An app on a target. */
export interface Deployed {
  readonly clients: Clients;
  readonly outputs: StackOutputs;
  /** Physical name, URL or ARN of what a construct path means. @throws Error when there is no such resource */
  resource(path: string): string;
  /** Runs a function, by its construct path. */
  invoke(path: string, payload: unknown): Promise<Invoked>;
  /** What a function has printed so far, by the construct path of the function. */
  lines(path: string): Promise<readonly string[]>;
  /** Processes that must be gone after {@link Deployed.remove}. */
  readonly pids: readonly number[];
  /** Stops what runs here and deletes the stacks. */
  remove(): Promise<void>;
}

/** A way to deploy: gives `undefined` when a step has failed, which is in the results then. */
export type Deploy = (site: Site) => Promise<Deployed | undefined>;
