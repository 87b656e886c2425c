/** What a cloud assembly declares: its fan-out as a graph, and how it differs from another. Knows templates only, and calls nothing. */
export { type Difference, differenceOf, type Finding } from "./diff/index.ts";
export { graphOf } from "./graph/index.ts";
export type { TemplateSource } from "./model/index.ts";
