/** The process of one contender without idempotency. */
import { serveContender } from "../harness/index.ts";
import { withoutStoreContenders } from "./without-store-contenders.ts";

await serveContender(withoutStoreContenders);
