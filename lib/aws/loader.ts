/** An AWS client with the commands that Fanfare sends. */
export interface Loaded<Sdk, Client> {
  readonly sdk: Sdk;
  readonly client: Client;
}

/** Loads an AWS client at the first call, and returns the same one from then on. */
export type Loader<Sdk, Client> = () => Promise<Loaded<Sdk, Client>>;

/**
 * Makes a loader. The SDK is imported at the first use, because most invocations need only some of the clients.
 *
 * @param given the user's own client, used instead of a new one
 */
export function loader<Sdk, Client>(
  importSdk: () => Promise<Sdk>,
  given: Client | undefined,
  create: (sdk: Sdk) => Client,
): Loader<Sdk, Client> {
  let loaded: Promise<Loaded<Sdk, Client>> | undefined;
  return () => {
    loaded ??= importSdk().then((sdk) => ({ sdk, client: given ?? create(sdk) }));
    return loaded;
  };
}
