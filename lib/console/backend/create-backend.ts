import type { FleetManifest } from "../../names/index.ts";
import { type Cloud, checkUp, logsSource, type TraceSource } from "../../ops/index.ts";
import type { ConsoleBackend, ContractSource } from "../server/index.ts";
import { createFailures } from "./failures.ts";
import { FleetView, type Processed } from "./fleet-view.ts";
import type { NoteWrite } from "./note-write.ts";
import { createTrace } from "./trace-view.ts";

/** Options of {@link createBackend}. */
export interface CreateBackendOptions {
  readonly cloud: Cloud;
  /** `fanfare dev`, or a profile. */
  readonly title: string;
  readonly place: string;
  /** Whether what is looked at runs on this machine. */
  readonly local: boolean;
  /** @default no contract is known: nothing can be sent or edited */
  readonly contracts?: ContractSource | undefined;
  /** @default rates are those by which backlogs shrink */
  readonly processed?: Processed | undefined;
  /** What the stacks promise. @default read from CloudFormation, where queues have the tags of a stack */
  readonly manifests?: readonly FleetManifest[] | undefined;
  /** Only these stacks. @default all that are found */
  readonly stacks?: readonly string[] | undefined;
  /** Where traces come from. @default the logs, by CloudWatch Logs Insights; nowhere where `local` */
  readonly traces?: TraceSource | undefined;
  /** Folder of the journals of redrives. Made when it is needed. */
  readonly journals: string;
  /** Told of every write before it is done. @default nobody is told */
  readonly note?: NoteWrite | undefined;
}

/** A console's data, and how to say that a deployment has changed what is there. */
export interface CreatedBackend extends ConsoleBackend {
  /** @param manifests what the stacks promise now */
  deploymentChanged(manifests?: readonly FleetManifest[] | undefined): void;
}

/** Everything the console shows of one place. */
export function createBackend(options: CreateBackendOptions): CreatedBackend {
  const { cloud, contracts, title, place, local, journals } = options;
  const note: NoteWrite = (what) => options.note?.({ where: title, console: true, ...what });
  const view = new FleetView(cloud, options);
  const fleet = () => view.fleet();
  const source = options.traces ?? (local ? undefined : logsSource(cloud, fleet));
  return {
    about: () => ({ title, place, local }),
    deploymentChanged: (manifests) => view.forget(manifests),
    sample: () => view.sample(),
    subscriber: (id) => view.subscriber(id),
    deadLetterQueues: () => view.deadLetterQueues(),
    contracts,
    trace: source === undefined ? undefined : createTrace({ cloud, fleet, source }),
    doctor: async () =>
      (await checkUp(cloud, await view.fleet())).findings.map(({ severity, subscriber, message, fix }) => ({
        severity: severity === "error" ? "critical" : severity,
        resource: subscriber === "" ? "all subscribers" : subscriber,
        message,
        fix,
      })),
    failures: createFailures({ cloud, contracts, journals, note, targetOf: (id) => view.deadLetterTarget(id) }),
  };
}
