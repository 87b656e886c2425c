import { handler } from "./fanfare.ts";

/** The same handler, which has its AWS client before the first invocation. */
await handler.preload();

export { handler };
