import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { LocalError } from "../common/index.ts";
import type { EngineSnapshot } from "../engine/index.ts";
import type { ByteStore } from "./value.ts";

/** Raised when files of an earlier version can no longer be read. */
const FORMAT = 1;

/** Under this name snapshots hold the bytes of objects. */
const BODY = "bodyBase64";
/** Shorter bodies stay in the snapshot. In characters of base64. */
const OWN_FILE_CHARACTERS = 20_000;
/** No base64: the name of a file follows. */
const FILE_MARK = "$";

/** What a snapshot file holds. */
export interface SavedState {
  /** The clock of the engine when it was taken. */
  readonly at: number;
  readonly engine: EngineSnapshot;
}

/** Writes a snapshot, the bytes of large objects to the store. It is under its name only when it is whole. */
export function writeSnapshot(path: string, state: SavedState, store: ByteStore): { readonly bytes: number } {
  const text = JSON.stringify({ format: FORMAT, ...state }, (name, value: unknown) =>
    name === BODY && typeof value === "string" && value.length > OWN_FILE_CHARACTERS
      ? FILE_MARK + store.put(Buffer.from(value, "base64"))
      : value,
  );
  writeFileSync(`${path}.unfinished`, text);
  renameSync(`${path}.unfinished`, path);
  return { bytes: text.length };
}

/**
 * Reads a snapshot; undefined where there is none.
 *
 * @throws LocalError `DataInvalid` for a file that no version of this kind has written.
 */
export function readSnapshot(path: string, store: ByteStore): (SavedState & { readonly bytes: number }) | undefined {
  if (!existsSync(path)) {
    return undefined;
  }
  const text = readFileSync(path, "utf8");
  const value: unknown = JSON.parse(text, (name, inner: unknown) =>
    name === BODY && typeof inner === "string" && inner.startsWith(FILE_MARK)
      ? Buffer.from(store.get(inner.slice(FILE_MARK.length))).toString("base64")
      : inner,
  );
  if (!isSaved(value)) {
    throw new LocalError("DataInvalid", `${path} is not a snapshot of format ${FORMAT}`, {
      remedy: "it is of another version of Fanfare: remove the data folder to start without it",
    });
  }
  return { at: value.at, engine: value.engine, bytes: text.length };
}

/** The engine checks the versions of the parts itself. */
function isSaved(value: unknown): value is SavedState & { readonly format: number } {
  return (
    typeof value === "object" &&
    value !== null &&
    "format" in value &&
    value.format === FORMAT &&
    "at" in value &&
    typeof value.at === "number" &&
    "engine" in value &&
    typeof value.engine === "object"
  );
}
