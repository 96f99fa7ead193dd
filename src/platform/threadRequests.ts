/** What is sent to a thread. */
export interface ThreadRequest {
  readonly id: number;
  readonly request: unknown;
}

/** What a thread sends back. */
export interface ThreadReply {
  readonly id: number;
  readonly answer?: unknown;
  /** Message of an error. */
  readonly error?: string;
}

/** Requests to a thread that wait for their answers. */
export interface ThreadRequests {
  /** How many wait. */
  readonly count: number;
  /** Sends a request and waits for its answer. */
  ask(request: unknown): Promise<unknown>;
  settle(reply: ThreadReply): void;
  /** Rejects all that wait, and all that come. */
  end(error: Error): void;
}

/** @param post sends to the thread */
export function threadRequests(post: (request: ThreadRequest) => void): ThreadRequests {
  const waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>();
  let asked = 0;
  let ended: Error | undefined;
  return {
    get count() {
      return waiting.size;
    },
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(ended);
        waiting.set(asked, { resolve, reject });
        post({ id: asked++, request });
      }),
    settle({ id, answer, error }) {
      const request = waiting.get(id);
      waiting.delete(id);
      if (error === undefined) request?.resolve(answer);
      else request?.reject(new Error(error));
    },
    end(error) {
      ended ??= error;
      for (const { reject } of waiting.values()) reject(ended);
      waiting.clear();
    },
  };
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
