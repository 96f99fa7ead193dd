/** Name that the processor below registers. */
export const PROCESSOR_NAME = 'ast-ts-microphone';

/**
 * The module that runs on the audio thread: collects the 128 samples of each call to pieces of `length` and sends them, moved. Text,
 * as it goes to a Blob URL: bundlers then need no rule for it, and minifiers leave it alone. While no device sends, time goes on
 * and there is silence. Any message asks for what is collected so far, and then for an end.
 */
export const workletSource = `
class Collector extends AudioWorkletProcessor {
  constructor({ processorOptions: { length } }) {
    super();
    this.piece = new Float32Array(length);
    this.filled = 0;
    this.isOpen = true;
    this.port.onmessage = () => {
      this.send();
      this.isOpen = false;
      this.port.postMessage(undefined);
    };
  }
  send() {
    const piece = this.piece.slice(0, this.filled);
    this.filled = 0;
    if (piece.length > 0) this.port.postMessage(piece, [piece.buffer]);
  }
  process([[samples]], [[output]]) {
    const length = samples ? samples.length : output.length;
    for (let at = 0; at < length && this.isOpen; ) {
      const taken = Math.min(length - at, this.piece.length - this.filled);
      if (samples) this.piece.set(samples.subarray(at, at + taken), this.filled);
      else this.piece.fill(0, this.filled, this.filled + taken);
      this.filled += taken;
      at += taken;
      if (this.filled === this.piece.length) this.send();
    }
    return this.isOpen;
  }
}
registerProcessor('${PROCESSOR_NAME}', Collector);
`;
