import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where processes that are started again and again store what Node.js has compiled: the default of `module.enableCompileCache()`. */
export const COMPILE_CACHE = join(tmpdir(), "node-compile-cache");
