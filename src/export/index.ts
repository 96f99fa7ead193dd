export { type ExportOnnxOptions, encodeOnnx, exportOnnx, type OnnxDtype, type OnnxFile } from './exportOnnx.js';
