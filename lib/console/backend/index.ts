export { type CreateBackendOptions, type CreatedBackend, createBackend } from "./create-backend.ts";
