import { enableCompileCache } from "node:module";

// Before anything else is loaded, so that the next start finds it compiled.
enableCompileCache();
await import("./program.ts");
