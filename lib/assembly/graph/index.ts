export { graphOf } from "./graph-of.ts";
