/** Environment variables of the processes of an app that is synthesised: where they write what they load. */
export const RECORDING = {
  /** File for the URLs of the app's own modules, one per line. */
  sources: "FANFARE_SOURCES_FILE",
  /** File for the paths of the modules of well-known libraries, one per line, in the order in which they were loaded. */
  libraries: "FANFARE_LIBRARIES_FILE",
} as const;
