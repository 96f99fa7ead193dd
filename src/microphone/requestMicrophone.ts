import { MicrophoneError } from '../errors.js';

/** What is asked of the browser. */
export interface DeviceOptions {
  readonly deviceId?: string;
  readonly echoCancellation: boolean;
  readonly noiseSuppression: boolean;
  readonly autoGainControl: boolean;
}

/**
 * Asks for a microphone, which may ask the user.
 *
 * @throws {MicrophoneError} with what stands in the way as its reason
 */
export async function requestMicrophone({ deviceId, ...processing }: DeviceOptions): Promise<MediaStream> {
  checkSupport();
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: { ...processing, ...(deviceId !== undefined && { deviceId: { exact: deviceId } }) },
    });
  } catch (error) {
    throw explain(error, deviceId);
  }
}

/** @throws {MicrophoneError} where there cannot be a microphone: in Node, in a worker, on a page that is not secure. */
export function checkSupport(): void {
  const unsupported = (message: string): MicrophoneError => new MicrophoneError(message, 'unsupported');
  if (typeof document === 'undefined')
    throw unsupported(
      'openMicrophone records in the page of a browser; Node and workers have no microphone. Give classifyStream the ' +
        'samples of a recorder instead, or send them to the worker from the page.',
    );
  if (!globalThis.isSecureContext)
    throw new MicrophoneError(
      `Browsers give a microphone to secure pages only, and ${location.origin} is not one: serve it by https, or from localhost.`,
      'insecure',
    );
  if (!navigator.mediaDevices?.getUserMedia || typeof AudioWorkletNode === 'undefined')
    throw unsupported(
      'This browser cannot record: it has no getUserMedia or no AudioWorklet. Browsers from 2021 on have both.',
    );
}

function explain(cause: unknown, deviceId: string | undefined): MicrophoneError {
  const { name = '', message = String(cause) } = cause as Partial<DOMException>;
  const said = `(${name}: ${message})`;
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return new MicrophoneError(
        `The microphone is not allowed ${said}: the user, the system's settings or the page's Permissions-Policy refuse it. ` +
          "Allow it in the browser's settings of this page, then try again.",
        'permission',
        { cause },
      );
    case 'NotFoundError':
    case 'OverconstrainedError':
      return new MicrophoneError(
        deviceId === undefined
          ? `There is no microphone ${said}: connect one, then try again.`
          : `There is no microphone of deviceId '${deviceId}' ${said}: leave deviceId out, or take one of enumerateDevices().`,
        'device',
        { cause },
      );
    default:
      return new MicrophoneError(
        `The microphone does not start ${said}: another program may use it. Close that, or reconnect the microphone.`,
        'busy',
        { cause },
      );
  }
}
