/** Events as they pass a topic: a temporary queue, which is swept where its process disappeared. */
export { openTail, type Tail } from "./open-tail.ts";
export { readTail, type TailedMessage } from "./read-tail.ts";
export { type LeftTail, leftTails, sweepTails } from "./sweep.ts";
