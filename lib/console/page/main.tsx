import { render } from "preact";
import { useEffect } from "preact/hooks";
import { startKeys } from "./keys.ts";
import { startLive } from "./live.ts";
import { NAVIGATION } from "./navigation.ts";
import { ContractScreen } from "./screens/contract.tsx";
import { DoctorScreen } from "./screens/doctor.tsx";
import { DeadLetterQueuesScreen, FailuresScreen } from "./screens/failures.tsx";
import { JobsScreen } from "./screens/jobs.tsx";
import { LetterScreen } from "./screens/letter.tsx";
import { LettersScreen } from "./screens/letters.tsx";
import { MapScreen } from "./screens/map.tsx";
import { SendScreen } from "./screens/send.tsx";
import { SubscriberScreen } from "./screens/subscriber.tsx";
import { TraceScreen } from "./screens/trace.tsx";
import { about, connected, jobs, linkTo, map, problem, route } from "./state.ts";

function Page() {
  const [screen = "map"] = route.value;
  useEffect(() => {
    document.title = `${NAVIGATION.find(({ owns }) => owns.includes(screen))?.title ?? "Console"} – Fanfare`;
  }, [screen]);
  return (
    <>
      <button type="button" class="skip" onClick={skip}>
        Skip to the content
      </button>
      <header class="bar">
        <a class="brand" href={linkTo("map")}>
          <Mark /> Fanfare
        </a>
        <nav aria-label="Screens">
          {NAVIGATION.filter(({ name }) => about.value?.screens.includes(name) !== false).map(
            ({ name, title, key, owns }) => (
              <a
                key={name}
                href={linkTo(name)}
                aria-current={owns.includes(screen) ? "page" : undefined}
                aria-keyshortcuts={key}
              >
                {title}
                {name === "failures" && <Count value={deadLetters()} />}
                {name === "jobs" && <Count value={jobs.value.filter(({ state }) => state === "running").length} />}
              </a>
            ),
          )}
        </nav>
        <Place />
      </header>
      {problem.value !== undefined && (
        <p class="notice critical" role="alert">
          {problem.value}
        </p>
      )}
      <main id="content" tabIndex={-1}>
        <Screen />
      </main>
    </>
  );
}

function skip(): void {
  document.getElementById("content")?.focus();
}

function deadLetters(): number {
  return Object.values(map.value?.queues ?? {}).reduce((sum, queue) => sum + queue.deadLetters, 0);
}

function Count({ value }: { readonly value: number }) {
  return value === 0 ? null : <span class="count">{value}</span>;
}

function Place() {
  const known = about.value;
  return (
    <p class="place">
      <span class={connected.value ? "dot ok" : "dot critical"} /> {connected.value ? "live" : "not connected"}
      {known !== undefined && (
        <>
          {" "}
          · {known.title}, {known.place} ·{" "}
          <span class={known.write ? "badge warning" : "badge"}>{known.write ? "may write" : "read only"}</span>
        </>
      )}
    </p>
  );
}

/** One topic that becomes three queues. */
function Mark() {
  return (
    <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" class="logo">
      <path d="M4 12h5M9 12c5 0 4-7 10-7M9 12h10M9 12c5 0 4 7 10 7" />
      <circle cx="4" cy="12" r="2.4" />
    </svg>
  );
}

function Screen() {
  const [screen = "map", first, second] = route.value;
  switch (screen) {
    case "map":
      return <MapScreen />;
    case "queue":
      return <SubscriberScreen key={first} id={first ?? ""} />;
    case "failures":
      return first === undefined ? <DeadLetterQueuesScreen /> : <FailuresScreen key={first} queue={first} />;
    case "letters":
      return <LettersScreen queue={first ?? ""} fingerprint={second ?? ""} />;
    case "letter":
      return <LetterScreen key={second} queue={first ?? ""} id={second ?? ""} />;
    case "send":
      return <SendScreen target={first} event={second} />;
    case "trace":
      return <TraceScreen key={first} id={first} where={second} />;
    case "contract":
      return <ContractScreen />;
    case "jobs":
      return <JobsScreen />;
    case "doctor":
      return <DoctorScreen />;
    default:
      return <p>There is no such screen.</p>;
  }
}

startKeys();
void startLive();
const root = document.getElementById("root");
if (root !== null) {
  render(<Page />, root);
}
