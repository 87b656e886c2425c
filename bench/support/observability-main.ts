/** The process of one contender with or without observers. */
import { serveContender } from "../harness/index.ts";
import { observabilityContenders } from "./observability-contenders.ts";

await serveContender(observabilityContenders);
