import type { FleetManifest } from "../../names/index.ts";
import { type Cloud, connect, discoverFleet, type Fleet } from "../../ops/index.ts";
import { readSession, type Session } from "../session/index.ts";
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
export function connectTo(options: PlaceOptions, { directory }: Pick<Surroundings, "directory">): Connection {
  const { profile, region, endpointUrl, stack } = options;
  const session =
    profile === undefined && region === undefined && endpointUrl === undefined ? sessionIn(directory) : undefined;
  if (session !== undefined) {
    const cloud = connect({ ...session, credentials: { accessKeyId: session.accountId, secretAccessKey: "test" } });
    const manifests = session.manifests.length > 0 ? session.manifests : undefined;
    return { ...connection(cloud, "fanfare dev", manifests, stack), session };
  }
  const place = [profile, region].filter((each) => each !== undefined).join(" ");
  return connection(cloudAt(options), endpointUrl ?? (place === "" ? "AWS" : place), undefined, stack);
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

function connection(
  cloud: Cloud,
  title: string,
  manifests: readonly FleetManifest[] | undefined,
  stacks: readonly string[] | undefined,
): Connection {
  return { cloud, title, session: undefined, fleet: () => discoverFleet(cloud, { manifests, stacks }) };
}

function sessionIn(directory: string): Session | undefined {
  try {
    return readSession(directory);
  } catch {
    return undefined;
  }
}
