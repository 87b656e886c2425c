/** Anything that JSON can hold. The page is not part of the program of Node.js, so it has types of its own. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export type JsonObject = { readonly [name: string]: Json | undefined };
