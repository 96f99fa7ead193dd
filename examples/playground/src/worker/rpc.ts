/**
 * Questions to a worker and their answers, typed on both sides: a protocol is an interface that says of each method what is sent, what
 * comes back, and what is told in between. Arrays travel as they are; those in `transfer` are moved, not copied.
 */
export interface Method {
  request: unknown;
  answer: unknown;
  progress?: unknown;
}
export type Protocol<P> = { [Name in keyof P]: Method };

/** An error that came out of a worker: its class by name, since classes do not travel. */
export class WorkerError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

type Incoming = { id: number; answer: unknown } | { id: number; progress: unknown } | { id: number; error: Error };

/** How one question is asked. */
export interface AskOptions<M extends Method> {
  transfer?: Transferable[];
  onProgress?: (progress: M['progress']) => void;
}

/** The page's end of a worker. */
export interface Client<P extends Protocol<P>> {
  ask<Name extends keyof P & string>(
    method: Name,
    request: P[Name]['request'],
    options?: AskOptions<P[Name]>,
  ): Promise<P[Name]['answer']>;
  /** Ends the worker; what was asked and not answered is rejected. */
  close(reason: Error): void;
}

export function connect<P extends Protocol<P>>(worker: Worker): Client<P> {
  let last = 0;
  type Waiting = {
    resolve(answer: unknown): void;
    reject(error: Error): void;
    onProgress?: (progress: unknown) => void;
  };
  const waiting = new Map<number, Waiting>();
  worker.addEventListener('message', ({ data }: MessageEvent<Incoming>) => {
    const question = waiting.get(data.id);
    if (!question) return;
    if ('progress' in data) return question.onProgress?.(data.progress);
    waiting.delete(data.id);
    if ('error' in data) question.reject(data.error);
    else question.resolve(data.answer);
  });
  return {
    ask(method, request, { transfer = [], onProgress } = {}) {
      const id = ++last;
      worker.postMessage({ id, method, request }, transfer);
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject, onProgress }));
    },
    close(reason) {
      worker.terminate();
      for (const { reject } of waiting.values()) reject(reason);
      waiting.clear();
    },
  };
}

/** What a method answers with; buffers in `transfer` are moved. */
export type Answered<T> = T | { answer: T; transfer: Transferable[] };

export type Handlers<P extends Protocol<P>> = {
  [Name in keyof P]: (
    request: P[Name]['request'],
    tell: (progress: P[Name]['progress']) => void,
  ) => P[Name]['answer'] | Promise<P[Name]['answer']>;
};

/** The worker's end. `transferOf` finds the buffers of an answer that may be moved out of the worker. */
export function serve<P extends Protocol<P>>(
  handlers: Handlers<P>,
  transferOf: (answer: unknown) => Transferable[] = () => [],
): void {
  self.addEventListener('message', async ({ data }: MessageEvent<{ id: number; method: keyof P; request: never }>) => {
    const { id, method, request } = data;
    const post = (message: Incoming, transfer: Transferable[] = []): void =>
      (self as unknown as Worker).postMessage(message, transfer);
    try {
      const answer = await handlers[method](request, (progress) => post({ id, progress }));
      post({ id, answer }, transferOf(answer));
    } catch (error) {
      const { name, message } = error as Error;
      post({ id, error: { name, message } as Error });
    }
  });
}
