export interface Series {
  readonly label: string;
  /** Name of a CSS variable with a colour. */
  readonly color: string;
  readonly values: readonly (number | null)[];
}

const WIDTH = 600;
const HEIGHT = 140;

/** A chart over time: the newest at the right. Its last values are beside the title as text, for those who do not see the lines. */
export function Chart({
  title,
  at,
  series,
}: {
  readonly title: string;
  /** Seconds since the epoch, oldest first. */
  readonly at: readonly number[];
  readonly series: readonly Series[];
}) {
  const highest = Math.max(1, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const minutes = Math.round(((at.at(-1) ?? 0) - (at[0] ?? 0)) / 60);
  return (
    <figure class="chart">
      <figcaption>
        <strong>{title}</strong>
        {series.map(({ label, color, values }) => (
          <span key={label}>
            <i style={{ background: `var(${color})` }} /> {label} {shown(values.at(-1))}
          </span>
        ))}
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {[0, 0.5, 1].map((share) => (
          <line key={share} class="grid" x1={0} x2={WIDTH} y1={yOf(share)} y2={yOf(share)} />
        ))}
        {series.map(({ label, color, values }) => (
          <polyline key={label} points={pointsOf(at, values, highest)} style={{ stroke: `var(${color})` }} />
        ))}
      </svg>
      <p class="faint scale">
        <span>0 to {shown(highest)}</span> <span>{minutes < 1 ? "the last minute" : `the last ${minutes} min`}</span>
      </p>
    </figure>
  );
}

function shown(value: number | null | undefined): string {
  return value === undefined || value === null ? "–" : String(Math.round(value * 10) / 10);
}

function yOf(share: number): number {
  return 2 + (1 - share) * (HEIGHT - 4);
}

function pointsOf(at: readonly number[], values: readonly (number | null)[], highest: number): string {
  const first = at[0] ?? 0;
  const span = Math.max(1, (at.at(-1) ?? 0) - first);
  return values
    .flatMap((value, index) => {
      const time = at[index];
      return value === null || time === undefined
        ? []
        : [`${(((time - first) / span) * WIDTH).toFixed(1)},${yOf(value / highest).toFixed(1)}`];
    })
    .join(" ");
}
