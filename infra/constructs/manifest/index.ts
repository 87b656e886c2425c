/** What a stack tells operators' tools about itself. */
export { addToManifest } from "./manifest.ts";
