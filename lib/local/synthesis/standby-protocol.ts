/** Environment variable: set for a process of an app that waits before it runs the app. */
export const STANDBY = "FANFARE_STANDBY";

/** Exit code of such a process if a module that it has loaded has changed since. It has not run the app. */
export const STALE = 75;
