/** The process of one contender with idempotency. */
import { serveContender } from "../harness/index.ts";
import { withStoreContenders } from "./with-store-contenders.ts";

await serveContender(withStoreContenders);
