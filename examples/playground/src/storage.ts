/** What outlives the page, in IndexedDB: classes with their clips, and models. */
import { createStore, del, entries, get, set } from 'idb-keyval';
import { type Clip, classes, notify, type SavedModel, type SoundClass, savedModels } from './state.js';

/** A database each: one of them being damaged leaves the others. */
const classStore = createStore('ast-ts-playground-classes', 'classes');
const clipStore = createStore('ast-ts-playground-clips', 'clips');
const modelStore = createStore('ast-ts-playground-models', 'models');

/** Classes with the ids of their clips: small, and written as a whole. */
type StoredClass = Omit<SoundClass, 'clips'> & { clips: string[] };
const LIST = 'list';

/** Fills the page with what it had. */
export async function restore(): Promise<void> {
  try {
    const [list = [], clips, models] = await Promise.all([
      get<StoredClass[]>(LIST, classStore),
      entries<string, Clip>(clipStore),
      entries<string, SavedModel>(modelStore),
    ]);
    const byId = new Map(clips);
    classes.value = list.map((stored) => ({
      ...stored,
      clips: stored.clips.flatMap((id) => byId.get(id) ?? []),
    }));
    savedModels.value = models.map(([, model]) => model).sort((a, b) => b.created - a.created);
  } catch (error) {
    notify('storageFailed', { error });
  }
}

/** Classes, their names and order, as they are now. */
export const storeClasses = (): Promise<boolean> =>
  attempt(() =>
    set(
      LIST,
      classes.value.map((one) => ({ ...one, clips: one.clips.map(({ id }) => id) })),
      classStore,
    ),
  );

export const storeClip = (clip: Clip): Promise<boolean> => attempt(() => set(clip.id, clip, clipStore));
export const forgetClip = (id: string): Promise<boolean> => attempt(() => del(id, clipStore));
export const storeModel = (model: SavedModel): Promise<boolean> => attempt(() => set(model.id, model, modelStore));
export const forgetModel = (id: string): Promise<boolean> => attempt(() => del(id, modelStore));

/** What cannot be stored stays in the page, and the user is told. */
async function attempt(write: () => Promise<void>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    notify((error as Error).name === 'QuotaExceededError' ? 'storageFull' : 'storageFailed', { error });
    return false;
  }
}
