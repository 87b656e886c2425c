import { join } from "node:path";
import { type CreatedBackend, createBackend, type RunningConsole, startConsole } from "../../console/index.ts";
import { connect } from "../../ops/index.ts";
import { noteWrite } from "../ops/journal.ts";
import { type Session, sessionTraces } from "../session/index.ts";
import { ContractHost } from "./contract-host.ts";

/** Milliseconds between two samples: calls on this machine cost nothing. */
const LOCAL_INTERVAL_MS = 2_000;

/** Where redrives write their journals, in the folder of the project. */
export const JOURNALS = join(".fanfare", "redrives");

/** A console beside a running app. */
export interface LocalConsole extends RunningConsole {
  /** Reads everything anew: another version of the app has been deployed. */
  deploymentChanged(session: Session): void;
}

/** What differs between `fanfare dev` and `fanfare console`. */
export interface LocalConsoleOptions {
  readonly directory: string;
  readonly write: boolean;
  /** Folder of the journal of writes. @default `~/.fanfare`, or FANFARE_HOME */
  readonly home?: string | undefined;
  readonly port: number | undefined;
  readonly processed?: (() => ReadonlyMap<string, number>) | undefined;
  readonly onOpened: (nextLink: string) => void;
}

/** Starts the console of an app that `fanfare dev` runs. */
export async function openLocalConsole(session: Session, options: LocalConsoleOptions): Promise<LocalConsole> {
  const [target] = session.targets;
  const region = target?.region ?? "eu-central-1";
  const accountId = target?.accountId ?? "000000000000";
  const contracts = new ContractHost(options.directory, undefined, options.home);
  const backend: CreatedBackend = createBackend({
    cloud: connect({
      region,
      endpoint: session.endpoint,
      dynamoDbEndpoint: session.dynamoDbEndpoint,
      // The local runtime reads the account from the key, and verifies no signature.
      credentials: { accessKeyId: accountId, secretAccessKey: "test" },
    }),
    title: "fanfare dev",
    place: session.endpoint.replace("http://", ""),
    local: true,
    contracts,
    journals: join(options.directory, JOURNALS),
    note: (what) => noteWrite(options, what),
    processed: options.processed,
    manifests: session.manifests,
    traces: session.traces === undefined ? undefined : sessionTraces(session.traces),
  });
  const { write, port, onOpened } = options;
  const running = await startConsole({ backend, write, port, onOpened, intervalMs: LOCAL_INTERVAL_MS });
  return {
    port: running.port,
    get link() {
      return running.link;
    },
    deploymentChanged({ manifests }) {
      contracts.close();
      backend.deploymentChanged(manifests);
    },
    close() {
      contracts.close();
      return running.close();
    },
  };
}
