import type { FleetManifest } from "../../names/index.ts";
import { type Cloud, connect, discoverFleet, type Fleet } from "../../ops/index.ts";
import { readSession, type Session } from "../session/index.ts";
import type { Terminal } from "../terminal.ts";
import { Progress } from "./progress.ts";
import type { PlaceOptions, Surroundings } from "./surroundings.ts";

/** Where the verbs work, and what is there. */
export interface Connection {
  readonly cloud: Cloud;
  readonly fleet: () => Promise<Fleet>;
  /** For people and journals: `fanfare dev`, an endpoint, or a profile and Region. */
  readonly title: string;
  /** The `fanfare dev` of the folder, where that is the place. */
  readonly session: Session | undefined;
}

/** Hosts of this machine: emulators there check no credentials. */
const LOOPBACK = /^https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::|\/|$)/;

/**
 * Connects to the `fanfare dev` that runs in the folder, unless a profile, a Region or an endpoint is given; else to AWS with the
 * credentials that the SDK finds.
 */
export function connectTo(
  options: PlaceOptions,
  { directory, terminal }: Pick<Surroundings, "directory"> & { readonly terminal?: Terminal | undefined },
): Connection {
  const { profile, region, endpointUrl, stack } = options;
  const session = isPlaceGiven(options) ? undefined : sessionIn(directory);
  if (session !== undefined) {
    const cloud = connect({ ...session, credentials: { accessKeyId: session.accountId, secretAccessKey: "test" } });
    const manifests = session.manifests.length > 0 ? session.manifests : undefined;
    return { ...connection({ cloud, title: "fanfare dev", manifests, stacks: stack, terminal }), session };
  }
  const place = [profile, region].filter((each) => each !== undefined).join(" ");
  const title = endpointUrl ?? (place === "" ? "AWS" : place);
  return connection({ cloud: cloudAt(options), title, manifests: undefined, stacks: stack, terminal });
}

/** Whether the options name a place: then it is not the `fanfare dev` of the folder. */
export function isPlaceGiven({ profile, region, endpointUrl }: PlaceOptions): boolean {
  return [profile, region, endpointUrl].some((each) => each !== undefined);
}

/** The services at a place that is no `fanfare dev`. An emulator on this machine needs neither credentials nor a Region. */
export function cloudAt({ profile, region, endpointUrl }: PlaceOptions): Cloud {
  const local = endpointUrl !== undefined && LOOPBACK.test(endpointUrl) && process.env.AWS_ACCESS_KEY_ID === undefined;
  return connect({
    profile,
    region: region ?? (local ? "eu-central-1" : undefined),
    endpoint: endpointUrl,
    ...(local ? { credentials: { accessKeyId: "test", secretAccessKey: "test" } } : {}),
  });
}

interface Parts extends Pick<Connection, "cloud" | "title"> {
  readonly manifests: readonly FleetManifest[] | undefined;
  readonly stacks: readonly string[] | undefined;
  /** Where a look that takes long says how far it is. */
  readonly terminal: Terminal | undefined;
}

function connection({ cloud, title, manifests, stacks, terminal }: Parts): Connection {
  const fleet = () => {
    const progress = terminal && new Progress({ terminal }, "queues described", 0);
    return discoverFleet(cloud, { manifests, stacks, onProgress: (count, all) => progress?.tell(count, all) });
  };
  return { cloud, title, session: undefined, fleet };
}

function sessionIn(directory: string): Session | undefined {
  try {
    return readSession(directory);
  } catch {
    return undefined;
  }
}
