import { startServer } from "../../../lib/local/server/index.ts";
import { installClock } from "./clock.ts";

/** Where the services of the suite listen. */
export interface Endpoints {
  /** SQS and S3. */
  readonly server: string;
  readonly dynamodb: string;
  close(): Promise<void>;
}

/** Starts SQS, S3 and DynamoDB on loopback: real servers, reached by real clients over HTTP. */
export async function startEndpoints(): Promise<Endpoints> {
  const restoreClock = installClock();
  const [server, dynamodb] = await Promise.all([startServer(), startServer()]);
  return {
    server: server.endpoint,
    dynamodb: dynamodb.endpoint,
    close: async () => {
      restoreClock();
      await Promise.all([server.close(), dynamodb.close()]);
    },
  };
}
