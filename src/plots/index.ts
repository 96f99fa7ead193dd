export type { Picture, PictureOptions } from './picture.js';
