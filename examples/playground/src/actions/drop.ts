import { classes } from '../state.js';
import { addFiles } from './classes.js';
import { openFiles } from './listen.js';
import { openModelFiles } from './models.js';

const isOfModel = ({ name }: File): boolean => /\.(safetensors|json|zip)$/.test(name);

/** Files may be dropped anywhere: on a class they become its clips, files of a checkpoint are loaded, a sound is listened to. */
export function dropHere(document: Document): void {
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    document.body.classList.add('dropping');
  });
  document.addEventListener('dragleave', ({ relatedTarget }) => {
    if (!relatedTarget) document.body.classList.remove('dropping');
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    document.body.classList.remove('dropping');
    const files = [...event.dataTransfer!.files];
    if (files.length === 0) return;
    const card = (event.target as Element).closest<HTMLElement>('.class');
    const one = classes.value.find(({ name }) => name === card?.dataset['class']);
    if (files.some(isOfModel)) void openModelFiles(files);
    else if (one) void addFiles(one.id, files);
    else void openFiles(files);
  });
}
