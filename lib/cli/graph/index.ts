/** `fanfare graph`: the fan-out of an assembly as a picture. */
export { type GraphOptions, graph } from "./graph.ts";
