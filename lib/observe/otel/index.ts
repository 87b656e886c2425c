/** The entry point `fanfare/otel`. */
export type { Observer } from "../../hook/index.ts";
export { type OtelOptions, otel } from "./otel.ts";
