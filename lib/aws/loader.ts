import type { Clock } from "../clock/index.ts";
import { FanfareError } from "../errors/index.ts";
import { type Call, callsOf } from "./call.ts";
import type { ChoiceOptions } from "./choice.ts";

/** The commands that Fanfare sends to a service, and the way to send them. */
export interface Loaded<Sdk, Client> {
  readonly sdk: Sdk;
  /** The only way to the client: each call has a time limit. */
  readonly call: Call<Client>;
}

/** Loads an AWS client at the first call, and returns the same one from then on. */
export type Loader<Sdk, Client> = () => Promise<Loaded<Sdk, Client>>;

/** What loading a client takes. */
export interface LoaderOptions<Client> extends Omit<ChoiceOptions, "client"> {
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
  return once(async () => {
    const sdk = await importSdk().catch(withRemedy);
    return { sdk, call: callsOf(client ?? create(sdk), clock) };
  });
}

/** A bundle that was made without the SDK relies on the copy in Lambda's runtime, which other runtimes do not have. */
function withRemedy(cause: unknown): never {
  if (process.env.FANFARE_WITHOUT_SDK === "1") {
    throw new FanfareError(
      "ConfigurationInvalid",
      "the AWS SDK's client is needed and neither bundled nor in the runtime",
      {
        field: "bundling.keep",
        remedy: 'set bundling: { keep: ["sdk"] } of the handler in the stack',
        cause,
      },
    );
  }
  throw cause;
}

/** Loads at the first call, and returns the same from then on. */
export function once<Value>(load: () => Promise<Value>): () => Promise<Value> {
  let loaded: Promise<Value> | undefined;
  return () => {
    loaded ??= load();
    return loaded;
  };
}
