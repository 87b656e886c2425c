/** Files that operators' tools keep. */
export { appendLines } from "./append-lines.ts";
