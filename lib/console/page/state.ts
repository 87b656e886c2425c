import { signal } from "@preact/signals";
import type { About, JobView, MapView } from "../wire/index.ts";

/** What the page knows. Screens read these, and `live.ts` writes them. */
export const about = signal<About | undefined>(undefined);
export const map = signal<MapView | undefined>(undefined);
export const jobs = signal<readonly JobView[]>([]);
export const connected = signal(false);
/** Why the last samples could not be taken. */
export const problem = signal<string | undefined>(undefined);

/** The screen, as the address has it: `#/queue/Shop%2FOrders` is `["queue", "Shop/Orders"]`. */
export const route = signal<readonly string[]>(partsOf(location.hash));

addEventListener("hashchange", () => {
  route.value = partsOf(location.hash);
});

function partsOf(hash: string): readonly string[] {
  const parts = hash
    .replace(/^#\/?/, "")
    .split("/")
    .filter((part) => part !== "");
  return parts.length === 0 ? ["map"] : parts.map(decoded);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Whether there is something to show on a screen. */
export function hasScreen(name: string): boolean {
  return about.value?.screens.includes(name) === true;
}

/** The address of a screen. */
export function linkTo(...parts: readonly string[]): string {
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}
