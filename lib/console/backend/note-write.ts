/** Notes who does what, when, before it is done. */
export type NoteWrite = (what: Readonly<Record<string, unknown>>) => void;
