/** Environment variable: the file to which an app's processes write the URLs of the modules that they load, one per line. */
export const SOURCES_FILE = "FANFARE_SOURCES_FILE";
