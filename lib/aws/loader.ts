import type { Clock } from "../clock/index.ts";
import { type Call, callsOf } from "./call.ts";

/** The commands that Fanfare sends to a service, and the way to send them. */
export interface Loaded<Sdk, Client> {
  readonly sdk: Sdk;
  /** The only way to the client: each call has a time limit. */
  readonly call: Call<Client>;
}

/** Loads an AWS client at the first call, and returns the same one from then on. */
export type Loader<Sdk, Client> = () => Promise<Loaded<Sdk, Client>>;

/** What loading a client takes. */
export interface LoaderOptions<Client> {
  /** The user's own client, used instead of a new one. */
  readonly client: Client | undefined;
  readonly clock: Clock;
}

/** Makes a loader. The SDK is imported at the first use, because most invocations need only some of the clients. */
export function loader<Sdk, Client>(
  importSdk: () => Promise<Sdk>,
  { client, clock }: LoaderOptions<Client>,
  create: (sdk: Sdk) => Client,
): Loader<Sdk, Client> {
  let loaded: Promise<Loaded<Sdk, Client>> | undefined;
  return () => {
    loaded ??= importSdk().then((sdk) => ({ sdk, call: callsOf(client ?? create(sdk), clock) }));
    return loaded;
  };
}
