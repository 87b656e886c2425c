import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Account } from "../aws/account.ts";
import type { TargetName } from "../options.ts";
import type { Clients } from "../suite/support/clients.ts";
import type { Trial } from "../suite/trial.ts";

/** Queues and topics to try something on. */
export interface Workbench {
  readonly clients: Clients;
  readonly trial: Trial;
  /** A queue of its own; removed after the run. Gives URL and ARN. */
  queue(attributes?: Readonly<Record<string, string>>): Promise<{ readonly url: string; readonly arn: string }>;
  /** A topic of its own; removed after the run. Gives its ARN. */
  topic(attributes?: Readonly<Record<string, string>>): Promise<string>;
}

/** What a reproduction works with. */
export interface Probe extends Workbench {
  readonly account: Account;
  /** DynamoDB of the target itself, also where the cases use that of the local runtime. */
  readonly ownDynamoDb: DynamoDBClient;
}

/**
 * Something that an emulator does unlike AWS. Before the suite runs, each fault that is known of the target is reproduced;
 * cases are skipped because of it only where it really shows. Each is in the table of `docs/evidence/emulators.md`.
 */
export interface Fault {
  readonly id: string;
  /** Where it is known. */
  readonly targets: readonly TargetName[];
  /** One sentence: what the emulator does, and what AWS does. */
  readonly summary: string;
  /** The smallest reproduction: whether the fault shows. */
  shows(probe: Probe): Promise<boolean>;
}
