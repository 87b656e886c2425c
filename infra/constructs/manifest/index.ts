/** What a stack tells operators' tools about itself. */
export { addToManifest, type ManifestEntry } from "./manifest.ts";
