import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

interface CanvasProps {
  draw(context: CanvasRenderingContext2D): void;
  /** Reads the signals that the drawing depends on. */
  watch(): unknown;
  label: string;
  class: string;
}

/** A canvas with the pixels of the screen, drawn again when something changes or its size does, at most once a frame. */
export function Canvas({ draw, watch, label, class: name }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef(0);
  const schedule = (): void => {
    frame.current ||= requestAnimationFrame(() => {
      frame.current = 0;
      if (canvas.current) draw(contextOf(canvas.current));
    });
  };
  useSignalEffect(() => {
    watch();
    schedule();
  });
  useEffect(() => {
    const observer = new ResizeObserver(schedule);
    observer.observe(canvas.current!);
    return () => observer.disconnect();
  }, []);
  return <canvas ref={canvas} class={name} role="img" aria-label={label} />;
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const width = Math.max(1, Math.round(canvas.clientWidth * devicePixelRatio));
  const height = Math.max(1, Math.round(canvas.clientHeight * devicePixelRatio));
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  return canvas.getContext('2d')!;
}
