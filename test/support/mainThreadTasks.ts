import type { Browser, Page } from 'playwright-core';

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  /** Time that the thread computed, in microseconds: what other programs of the machine take is not in it. */
  tdur?: number;
  args?: { name?: string };
}

/**
 * How long each task of a page's main thread computed, in milliseconds, while something goes on: nothing is drawn and no click is
 * answered within a task. Of the renderer with the most tasks, which is the page's own.
 */
export async function mainThreadTasks(browser: Browser, page: Page, during: () => Promise<void>): Promise<number[]> {
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] });
  await during();
  const { traceEvents } = JSON.parse(String(await browser.stopTracing())) as { traceEvents: TraceEvent[] };
  const isMain = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}/${tid}`),
  );
  const tasks = traceEvents.filter(
    ({ name, pid, tid, tdur }) => /RunTask$/.test(name) && isMain.has(`${pid}/${tid}`) && tdur !== undefined,
  );
  return tasks.map(({ tdur }) => tdur! / 1000);
}
