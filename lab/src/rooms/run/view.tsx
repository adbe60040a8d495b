/** The Run room on the page: the list, and one run. */
import type { JSX } from "preact";
import { useCallback, useEffect } from "preact/hooks";
import { formatNumber } from "../../../../src/figures/basics/index.ts";
import type { Figure, FigureOptions } from "../../../../src/figures/index.ts";
import { FigureFrame, TableTwin } from "../../figure/index.ts";
import { formatBytes } from "../../files/bytes.ts";
import { linksOf } from "./links.ts";
import type { RunFigure, RunSummary, RunView } from "./messages.ts";
import { figures, problem, refresh, runs, shown, startFollowing } from "./runs.ts";
import { state } from "./state.ts";
import "./run.css";

/** The room. */
export function View(): JSX.Element {
  useEffect(startFollowing, []);
  const list = runs.value;
  const run = shown.value;
  if (problem.value !== null) {
    return (
      <div class="reason" role="alert">
        <p>{problem.value}</p>
        <button type="button" onClick={() => void refresh()}>
          Try again
        </button>
      </div>
    );
  }
  if (list === null) return <p role="status">Reading the list of runs ...</p>;
  if (list.length === 0) {
    return (
      <div class="panel">
        <p>No run folder is served here. Start the lab with one:</p>
        <pre>isinglass lab runs/trainability-1a2b3c4d</pre>
        <p class="soft">or with the folder that holds them all: isinglass lab runs</p>
      </div>
    );
  }
  return (
    <div class="bench">
      <div class="stack">
        {list.length > 1 && <RunList list={list} current={run?.id} />}
        {run !== null && <Plan run={run} />}
      </div>
      {run === null ? <p role="status">Reading the run ...</p> : <Results run={run} />}
    </div>
  );
}

function RunList({
  list,
  current,
}: {
  list: readonly RunSummary[];
  current: string | undefined;
}): JSX.Element {
  return (
    <section class="panel run-list" aria-label="Runs">
      <h2>Runs</h2>
      <ul>
        {list.map(({ id, kind, finished, total }) => (
          <li key={id}>
            <button type="button" aria-pressed={id === current} onClick={() => state.id.commit(id)}>
              {id}
              <span class="soft">
                {kind}, {finished} of {total} steps
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Plan({ run }: { run: RunView }): JSX.Element {
  const { manifest, finished } = run;
  const facts: (readonly [string, string])[] = [
    ["kind", manifest.kind],
    ["steps done", `${finished} of ${manifest.steps.length}`],
    ["seed", String(manifest.seed)],
    ["version", manifest.version],
    ...Object.entries(manifest.options).map(([key, value]) => [key, factOf(value)] as const),
    ...Object.entries(manifest.machine).map(([key, value]) => [key, factOf(value)] as const),
  ];
  const links = linksOf(run, figures.value ?? []);
  return (
    <section class="panel" aria-label="Plan">
      <h2>{run.id}</h2>
      <dl class="run-facts">
        {facts.map(([key, value]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {links.length > 0 && (
        <>
          <h3>In other rooms</h3>
          <ul>
            {links.map(({ label, href }) => (
              <li key={href}>
                <a href={href}>{label}</a>
              </li>
            ))}
          </ul>
        </>
      )}
      <h3>Files</h3>
      <ul>
        {run.files.map(({ name, bytes }) => (
          <li key={name}>
            <a
              href={`run/${encodeURIComponent(run.id)}/files/${name.split("/").map(encodeURIComponent).join("/")}`}
              target="_blank"
              rel="noreferrer"
            >
              {name}
            </a>{" "}
            <span class="soft">{formatBytes(bytes)}</span>
          </li>
        ))}
      </ul>
      <button type="button" onClick={() => void refresh()}>
        Read again
      </button>
    </section>
  );
}

function Results({ run }: { run: RunView }): JSX.Element {
  const { manifest, finished, table, notes } = run;
  const total = manifest.steps.length;
  return (
    <div class="stack">
      {finished < total && (
        <p role="status">
          <progress value={finished} max={total} aria-label="steps done" /> {finished} of {total} steps are
          done; the page looks again every few seconds.
        </p>
      )}
      {notes.map((note) => (
        <p class="reason" key={note}>
          {note}
        </p>
      ))}
      {figures.value === null && finished > 0 && <p role="status">Solving the theory beside it ...</p>}
      {(figures.value ?? []).map((figure, i) => (
        <OneFigure figure={figure} key={i} />
      ))}
      <section class="panel" aria-label="Results">
        <h2>Results</h2>
        {table.rows.length === 0 ? (
          <p class="soft">No step is done yet.</p>
        ) : (
          <TableTwin table={table} title={`Results of ${run.id}`} />
        )}
      </section>
    </div>
  );
}

function OneFigure({ figure }: { figure: RunFigure }): JSX.Element {
  const draw = useCallback(
    async (options: FigureOptions): Promise<Figure> => {
      const figures = await import("../../../../src/figures/index.ts");
      return figure.draw === "trainability"
        ? figures.drawTrainability(figure.input, options)
        : figures.drawFlowScan(figure.input, options);
    },
    [figure],
  );
  return (
    <FigureFrame
      name={figure.draw}
      title={figure.input.title}
      draw={draw}
      data={() => figure.input}
      empty="Drawing ..."
    />
  );
}

function factOf(value: unknown): string {
  if (typeof value === "number") return formatNumber(value);
  if (Array.isArray(value)) {
    const texts = value.map(factOf);
    return texts.length <= 6 ? texts.join(", ") : `${texts[0]} to ${texts.at(-1)} (${texts.length})`;
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}
