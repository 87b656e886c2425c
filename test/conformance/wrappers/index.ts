import type { Wrapper } from "../harness/index.ts";
import { fanfare } from "./fanfare.ts";
import { middyWrapper } from "./middy.ts";
import { powertools } from "./powertools.ts";

/** The wrappers of this package: each must pass every property. */
export const OURS: readonly Wrapper[] = [fanfare];

/** The wrappers that it is compared with. */
export const PEERS: readonly Wrapper[] = [powertools, middyWrapper];
