export { type CreatedBackend, createBackend } from "./create-backend.ts";
