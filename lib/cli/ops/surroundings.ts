import type { Terminal } from "../terminal.ts";

/** What the operators' verbs need besides their options. Tests pass their own. */
export interface Surroundings {
  readonly directory: string;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Asks the person at the terminal; absent where nobody is there. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
  /** Opens text in the person's editor, and resolves to what was saved; absent where there is no editor. */
  readonly edit?: ((text: string) => Promise<string>) | undefined;
  /** Folder of the journals. @default `~/.fanfare`, or FANFARE_HOME */
  readonly home?: string | undefined;
}

/** Options that say where, as the AWS CLI takes them. */
export interface PlaceOptions {
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly endpointUrl?: string | undefined;
  /** Stacks whose manifests say what belongs together. */
  readonly stack?: readonly string[] | undefined;
}

/** What every verb takes that writes. */
export interface WriteOptions {
  readonly yes?: boolean | undefined;
  readonly expectCount?: number | undefined;
}
