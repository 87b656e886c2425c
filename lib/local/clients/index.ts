/** SDK clients of the local runtime's own calls. A room of its own: whoever only synthesises does not load the SDK. */
export { type AwsClients, ClientPool } from "./client-pool.ts";
