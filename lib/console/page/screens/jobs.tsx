import type { JobStep, JobView } from "../../wire/index.ts";
import { post } from "../api.ts";
import { countText, durationText, rateText, timeText } from "../format.ts";
import { Command } from "../parts/command.tsx";
import { about, jobs } from "../state.ts";

/** Redrives and archives that run, and those that ran since the console was started. */
export function JobsScreen() {
  return (
    <>
      <div class="title">
        <h1>Jobs</h1>
      </div>
      {jobs.value.length === 0 && <p>Nothing has been redriven or archived from this console yet.</p>}
      <div aria-live="polite">
        {jobs.value.map((job) => (
          <Job key={job.id} job={job} />
        ))}
      </div>
    </>
  );
}

const HEALTH: Readonly<Record<JobView["state"], string>> = {
  running: "",
  done: "ok",
  stopped: "warning",
  failed: "critical",
};

function Job({ job }: { readonly job: JobView }) {
  const left =
    job.ratePerSecond === undefined || job.ratePerSecond === 0 ? undefined : (job.total - job.done) / job.ratePerSecond;
  return (
    <article class="panel">
      <div class="title">
        <h2>{job.title}</h2>
        <span class={`badge ${HEALTH[job.state]}`}>{job.state}</span>
        {job.state === "running" && about.value?.write === true && (
          <button type="button" onClick={() => void post("/api/jobs/stop", { id: job.id })}>
            Stop
          </button>
        )}
      </div>
      <progress value={job.done} max={Math.max(1, job.total)} aria-label={job.title} />
      <p>
        {countText(job.done)} of {countText(job.total)}
        {job.state === "running" ? `, ${rateText(job.ratePerSecond)}, ${durationText(left)} left` : ""}
        {job.endedAt === undefined ? "" : `, ended ${timeText(job.endedAt)}`}
      </p>
      {job.steps !== undefined && (
        <ol aria-label="Steps">
          {job.steps.map((step, index) => (
            <li key={index}>{stepText(step)}</li>
          ))}
        </ol>
      )}
      {job.notes.length > 0 && (
        <ul class="notice warning">
          {job.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      {job.error !== undefined && <p class="notice critical">{job.error}</p>}
      <Command text={job.command} />
    </article>
  );
}

function stepText({ state, moved, processed, back, open }: JobStep): string {
  const facts = `${countText(moved)} moved, ${countText(processed)} done, ${countText(back)} back, ${countText(open)} not known`;
  return `${facts}: ${state}`;
}
