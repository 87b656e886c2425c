/** What a cloud assembly declares: its fan-out as a graph. Knows templates only, and calls nothing. */
export { graphOf } from "./graph/index.ts";
