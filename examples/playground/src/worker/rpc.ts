/**
 * Questions to a worker and their answers, typed on both sides: a protocol is an interface that says of each method what is sent, what
 * comes back, and what is told in between.
 */
export interface Method {
  request: unknown;
  answer: unknown;
  progress?: unknown;
}
export type Protocol<P> = { [Name in keyof P]: Method };

/** Errors lose their class on the way, and keep its name. */
interface Failure {
  name: string;
  message: string;
}

type Incoming = { id: number; answer: unknown } | { id: number; progress: unknown } | { id: number; error: Failure };

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
  onProgress?: (progress: unknown) => void;
}

/** The page's end of a worker. */
export interface Client<P extends Protocol<P>> {
  ask<Name extends keyof P & string>(
    method: Name,
    request: P[Name]['request'],
    onProgress?: (progress: P[Name]['progress']) => void,
  ): Promise<P[Name]['answer']>;
  /** Ends the worker; what was asked and not answered is rejected. */
  close(reason: Error): void;
}

export function connect<P extends Protocol<P>>(worker: Worker): Client<P> {
  let last = 0;
  const waiting = new Map<number, Waiting>();
  worker.addEventListener('message', ({ data }: MessageEvent<Incoming>) => {
    const question = waiting.get(data.id);
    if (!question) return;
    if ('progress' in data) return question.onProgress?.(data.progress);
    waiting.delete(data.id);
    if ('error' in data) question.reject(Object.assign(new Error(data.error.message), { name: data.error.name }));
    else question.resolve(data.answer);
  });
  return {
    ask(method, request, onProgress) {
      const id = ++last;
      worker.postMessage({ id, method, request });
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject, onProgress }));
    },
    close(reason) {
      worker.terminate();
      for (const { reject } of waiting.values()) reject(reason);
      waiting.clear();
    },
  };
}

export type Handlers<P extends Protocol<P>> = {
  [Name in keyof P]: (
    request: P[Name]['request'],
    tell: (progress: P[Name]['progress']) => void,
  ) => P[Name]['answer'] | Promise<P[Name]['answer']>;
};

/** The worker's end. */
export function serve<P extends Protocol<P>>(handlers: Handlers<P>): void {
  self.addEventListener('message', async ({ data }: MessageEvent<{ id: number; method: keyof P; request: never }>) => {
    const { id, method, request } = data;
    const post = (message: Incoming): void => (self as unknown as Worker).postMessage(message);
    try {
      const answer = await handlers[method](request, (progress) => post({ id, progress }));
      post({ id, answer });
    } catch (error) {
      const { name, message } = error as Error;
      post({ id, error: { name, message } });
    }
  });
}
