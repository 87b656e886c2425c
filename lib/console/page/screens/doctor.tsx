import type { FindingView } from "../../wire/index.ts";
import { get } from "../api.ts";
import { Command } from "../parts/command.tsx";
import { Shown, useLoad } from "../parts/load.tsx";

/** What is set up differently from what was promised, each with its fix. */
export function DoctorScreen() {
  const loaded = useLoad("doctor", () => get<readonly FindingView[]>("/api/doctor"));
  return (
    <>
      <div class="title">
        <h1>Doctor</h1>
        <button type="button" class="quiet" onClick={loaded.reload}>
          Examine again
        </button>
      </div>
      <Shown of={loaded}>
        {(findings) => (
          <>
            {findings.length === 0 && <p class="notice ok">Nothing found: what is deployed is what was promised.</p>}
            {findings.map(({ severity, resource, message, fix }) => (
              <article class={`panel finding ${severity}`} key={resource + message}>
                <div class="title">
                  <h2>{resource}</h2>
                  <span class={`badge ${severity}`}>{severity}</span>
                </div>
                <p>{message}</p>
                <p>
                  <strong>Fix:</strong> {fix}
                </p>
              </article>
            ))}
          </>
        )}
      </Shown>
      <Command text="fanfare doctor" />
    </>
  );
}
