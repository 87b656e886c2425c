#!/usr/bin/env node
import { enableCompileCache } from "node:module";

// Before anything else is loaded, so that the next start finds it compiled: a fifth of the time.
enableCompileCache();
await import("./program.ts");
