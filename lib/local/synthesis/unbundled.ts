/** A file in the output of a bundling that needed Docker and did not have it: the sources are there as they are. */
export const UNBUNDLED_MARK = ".fanfare-not-bundled";
