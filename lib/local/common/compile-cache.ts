import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where the processes that are started here store what Node.js compiled, so that the next ones start quickly. */
export const COMPILE_CACHE = process.env.NODE_COMPILE_CACHE ?? join(tmpdir(), "node-compile-cache");
