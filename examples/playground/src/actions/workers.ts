import type { ModelProtocol, ModelSource, SoundProtocol } from '../protocol.js';
import { backend, loading, model, notices, notify } from '../state.js';
import { type Client, connect } from '../worker/rpc.js';

/** Decodes and draws: never behind the model. */
const sound = connect<SoundProtocol>(
  new Worker(new URL('../worker/soundWorker.ts', import.meta.url), { type: 'module', name: 'sound' }),
);
export const askSound: Client<SoundProtocol>['ask'] = (...question) => sound.ask(...question);

/** Computes: TensorFlow.js, the model, and training. */
let computer: Client<ModelProtocol> | undefined;
export const askModel: Client<ModelProtocol>['ask'] = (...question) =>
  computer ? computer.ask(...question) : Promise.reject(new Error('The model worker is not running.'));

/** What is in use, for another worker to go on with. */
let source: ModelSource = { kind: 'built-in' };
let maxLength: number | undefined;
let losses = 0;

/** Remembers what is in use, should the worker have to be started again. */
export function remember(used: ModelSource, frames?: number): void {
  source = used;
  maxLength = frames;
}

/** Starts the worker and loads the model that was in use, at first the built-in one; again when the worker or its GPU is lost. */
export async function startComputing(onModel: () => void): Promise<void> {
  const worker = new Worker(new URL('../worker/modelWorker.ts', import.meta.url), { type: 'module', name: 'model' });
  const client = connect<ModelProtocol>(worker);
  computer = client;
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    restart(client, 'workerLost', event.message, onModel);
  });
  // Once a GPU was lost twice, it is left alone.
  const wanted = losses > 1 ? 'wasm' : (new URLSearchParams(location.search).get('backend') ?? undefined);
  // Both at a time: files come while the backend starts.
  const starting = client.ask('start', { backend: wanted });
  const loaded = client.ask('load', { source, maxLength });
  loaded.catch(() => {}); // told of below
  client.ask('lost', undefined).then(
    ({ message }) => restart(client, 'gpuLost', message, onModel),
    () => {},
  );
  loading.value = { name: '' };
  try {
    backend.value = await starting;
  } catch (error) {
    if (computer === client) notify('noBackend', { error });
  }
  try {
    const info = await loaded;
    if (computer !== client || !backend.value) return;
    model.value = info;
    onModel();
  } catch (error) {
    if (computer === client && backend.value) notify('builtInFailed', { error });
  } finally {
    if (computer === client) loading.value = undefined;
  }
}

function restart(
  client: Client<ModelProtocol>,
  problem: 'gpuLost' | 'workerLost',
  message: string,
  onModel: () => void,
): void {
  if (computer !== client) return;
  losses++;
  const error = new Error(message);
  computer = undefined;
  backend.value = undefined;
  model.value = undefined; // sounds that are opened wait for it
  // What failed just before failed because of it.
  notices.value = notices.value.filter(({ problem }) => !/Failed$/.test(problem));
  notify(problem, { error });
  client.close(Object.assign(new Error(message), { name: 'Lost' }));
  // A worker that cannot live is not started for ever.
  if (losses <= 3) void startComputing(onModel);
}
