import type { About, JobView, MapView } from "../wire/index.ts";
import { get } from "./api.ts";
import { about, connected, jobs, map, problem } from "./state.ts";

/** Keeps the state up to date from the server's stream. The browser connects again by itself when the stream breaks. */
export async function startLive(): Promise<void> {
  const stream = new EventSource("/api/live");
  const on = <T>(type: string, take: (value: T) => void) =>
    stream.addEventListener(type, (event: MessageEvent<string>) => take(JSON.parse(event.data)));
  on<MapView>("map", (view) => {
    map.value = view;
    problem.value = undefined;
  });
  on<readonly JobView[]>("jobs", (list) => {
    jobs.value = list;
  });
  on<string>("problem", (message) => {
    problem.value = message;
  });
  stream.addEventListener("open", () => {
    connected.value = true;
  });
  stream.addEventListener("error", () => {
    connected.value = false;
  });
  about.value = await get<About>("/api/about");
}
