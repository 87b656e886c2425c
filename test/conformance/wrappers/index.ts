import type { Wrapper } from "../harness/index.ts";
import { fanfare, fanfareLean } from "./fanfare.ts";
import { fanfarePoll } from "./fanfare-poll.ts";
import { middyWrapper } from "./middy.ts";
import { powertools } from "./powertools.ts";

/** The wrappers of this package: each must pass every property that is applicable to it. */
export const OURS: readonly Wrapper[] = [fanfare, fanfareLean, fanfarePoll];

/** The wrappers that it is compared with. */
export const PEERS: readonly Wrapper[] = [powertools, middyWrapper];
