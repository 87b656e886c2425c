export { deliver } from "./deliver.ts";
export { confirmationFor } from "./notification.ts";
